# SPDX-License-Identifier: MIT OR Apache-2.0
"""The values of the vectors, one module per interface; every entry becomes one file."""

from . import es10, es9, esep, esipa, later, objects, v1_0, v3_0

PARTS = {"v1.2": (objects, es9, es10, esep, esipa), "v1.0": (v1_0,), "v1.3": (later,), "v3.0": (v3_0,)}


# What no vector has, with the reason.
UNUSED = {
    "RSPDefinitions:Octet2": "no type refers to it",
    "RSPDefinitions:ExpirationDate": "value of a certificate extension, in no message",
    "RSPDefinitions:TotalPartialCrlNumber": "value of a CRL extension, in no message",
    "RSPDefinitions:PartialCrlNumber": "value of a CRL extension, in no message",
    "SGP32Definitions:AsnNull": "workaround of a tool, not a type of SGP.32",
}


def entries(label):
    """The entries of one set of modules (`SETS` in vectors.py)."""
    return [entry for part in PARTS[label] for entry in part.VECTORS]
