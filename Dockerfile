# The client, built where no Go is.
FROM node:20-bookworm-slim AS client
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
WORKDIR /src
COPY dispatch/web/openapi.yaml dispatch/web/
COPY frontend frontend
RUN cd frontend && npm run build

# The server. GEOS means cgo, so the runtime below has the same Debian release.
FROM golang:1.26-bookworm AS server
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgeos-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=client /src/frontend/dist frontend/dist
RUN CGO_ENABLED=1 go build -trimpath -buildvcs=false -ldflags=-s -o /onemap ./cmd/onemap

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libgeos-c1v5 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/onemap onemap
COPY --from=server /onemap /usr/local/bin/onemap
COPY LICENSE NOTICE /usr/share/doc/onemap/
USER onemap
WORKDIR /var/lib/onemap
ENV ONEMAP_LISTEN=:8080 ONEMAP_DATA=/var/lib/onemap
EXPOSE 8080
VOLUME /var/lib/onemap
# Ten seconds are enough for the commands in flight and the sockets.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /readyz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3; head -n 1 <&3 | grep -q ' 200'"]
ENTRYPOINT ["onemap"]
CMD ["serve"]
