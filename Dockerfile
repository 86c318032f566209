# SPDX-License-Identifier: MIT OR Apache-2.0
# The harness, the card and the servers with the cases, for a CI job:
#   docker build -t sgp32-harness .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" sgp32-harness run --iut my-ipa.toml --report out
# The program under test runs inside the container: put it on top of this image, or mount it.
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends build-essential cmake && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/harness
COPY . .
RUN for part in harness veuicc smdp; do cargo install --locked --path "$part" --root /usr/local; done

FROM debian:bookworm-slim
# where the harness looks for cases when there are none in the working folder
COPY --from=build /opt/harness/testcases /opt/harness/testcases
COPY --from=build /usr/local/bin/harness /usr/local/bin/veuicc /usr/local/bin/smdp /usr/local/bin/
COPY LICENSE* README.md /opt/harness/
RUN mkdir -p /usr/share/bash-completion/completions /usr/local/share/man/man1 \
    && harness completions bash >/usr/share/bash-completion/completions/harness \
    && harness man /usr/local/share/man/man1 && useradd --create-home tester
USER tester
WORKDIR /work
ENTRYPOINT ["harness"]
CMD ["run"]
