# SPDX-License-Identifier: MIT OR Apache-2.0
"""libcurl as Python has it: pycurl_client.py URL CA BODY [NAME=CONSTANT | RESOLVE=HOST:PORT:ADDRESS]...

Posts BODY (none for a GET) and prints version, status, number of connections and answer.
"""

import io
import sys

import pycurl

url, ca, body, *options = sys.argv[1:]
answer = io.BytesIO()
curl = pycurl.Curl()
curl.setopt(pycurl.URL, url)
curl.setopt(pycurl.CAINFO, ca)
curl.setopt(pycurl.WRITEDATA, answer)
curl.setopt(pycurl.TIMEOUT, 30)
curl.setopt(pycurl.HTTPHEADER, ["Content-Type: application/json"])
if body:
    curl.setopt(pycurl.POSTFIELDS, open(body).read())
for option in options:
    name, value = option.split("=", 1)
    value = [value] if name == "RESOLVE" else getattr(pycurl, value)
    curl.setopt(getattr(pycurl, name), value)
try:
    for _ in range(2):
        curl.perform()
        version = {1: "1.0", 2: "1.1", 3: "2"}[curl.getinfo(pycurl.INFO_HTTP_VERSION)]
        print("HTTP/" + version, curl.getinfo(pycurl.RESPONSE_CODE), end=" ")
        print("new connections", curl.getinfo(pycurl.NUM_CONNECTS))
    print(answer.getvalue().decode())
except pycurl.error as error:
    print("error", error)
