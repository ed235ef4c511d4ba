# mqtt-proxy with HAProxy and Mosquitto: docker build -t mqtt-proxy . && docker run --rm mqtt-proxy check
FROM node:22-bookworm AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund \
    && npm run build \
    && mkdir /out \
    && npm pack --ignore-scripts --pack-destination /out

# Packages and programs, as a user of the published package gets them. Signed by Debian, unpacked without root.
FROM node:22-bookworm AS programs
COPY --from=build /out/ /out/
ENV MQTT_PROXY_CACHE=/opt/mqtt-proxy
RUN npm install --global --no-audit --no-fund --omit=dev /out/*.tgz \
    && mqtt-proxy tools install haproxy mosquitto

FROM node:22-bookworm-slim
LABEL org.opencontainers.image.title="mqtt-proxy" \
      org.opencontainers.image.description="Generate, check, lint and probe MQTT brokers behind HAProxy with the PROXY protocol" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
ENV MQTT_PROXY_CACHE=/opt/mqtt-proxy
COPY --from=programs /opt/mqtt-proxy/ /opt/mqtt-proxy/
COPY --from=programs /usr/local/lib/node_modules/mqtt-proxy/ /usr/local/lib/node_modules/mqtt-proxy/
RUN ln -s ../lib/node_modules/mqtt-proxy/bin/run.js /usr/local/bin/mqtt-proxy \
    && install --directory --owner=node --group=node /data
USER node
WORKDIR /data
ENTRYPOINT ["mqtt-proxy"]
CMD ["--help"]
