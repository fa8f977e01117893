# order-replay: the programs, the schema and the scripts, in one image.
#
#   docker build -t order-replay .                    the image (docker-compose.yml does it)
#   docker build --target test .                      builds without a warning, and passes the unit tests, on Debian 13
#   docker run --rm order-replay --help               order-consumer
#   docker run --rm --entrypoint order-producer order-replay --help

FROM debian:trixie-slim AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev make pkg-config check \
        librdkafka-dev libpq-dev libcsv-dev libcjson-dev libxxhash-dev libmicrohttpd-dev libjs-chart.js postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Makefile ./
COPY shared shared
COPY producer producer
COPY consumer consumer
COPY monitor monitor
COPY sql/monitor.sql sql/
COPY sql/check sql/check
COPY sql/lookup sql/lookup
COPY lifecycles lifecycles
COPY tests/data/*.c tests/data/*.h tests/data/
RUN make WERROR=1 programs && strip build/order-producer build/order-consumer build/order-monitor

FROM build AS test
COPY tests/unit tests/unit
COPY tests/data tests/data
RUN make WERROR=1 unit

FROM debian:trixie-slim
# openssh-client has ssh-keygen, which signs certificates and checks their signatures; ca-certificates are for a Kafka behind TLS.
RUN apt-get update \
    && apt-get install -y --no-install-recommends jq kcat libcjson1 libcsv3 libmicrohttpd12t64 libpq5 libreadline8t64 librdkafka1 libxxhash0 \
        openssh-client ca-certificates \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/debconf/* /usr/share/doc/*
# Only the client: its package would install Perl, for a wrapper that is not needed here.
COPY --from=build /usr/lib/postgresql/17/bin/psql /usr/local/bin/
COPY LICENSE /opt/order-replay/
COPY lifecycles /opt/order-replay/lifecycles
COPY sql /opt/order-replay/sql
COPY lifecycles /opt/order-replay/lifecycles
COPY scripts /opt/order-replay/scripts
COPY --from=build /src/build/order-producer /src/build/order-consumer /src/build/order-monitor /usr/local/bin/
WORKDIR /opt/order-replay
USER 10001:10001
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="order-replay" \
      org.opencontainers.image.description="Replays past orders through Kafka into PostgreSQL, once in effect, and proves it" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION"
ENTRYPOINT ["order-consumer"]
