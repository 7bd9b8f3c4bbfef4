# One image, three entry points: portal (server.js), worker (worker.js), docker-guard (guard.js).
ARG BASE=node:26.10.0-trixie-slim

FROM ${BASE} AS build
WORKDIR /build
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
# The host's own CAs are trusted in this stage alone, for networks behind a TLS-inspecting proxy.
RUN --mount=type=secret,id=hostca,target=/run/hostca.pem --mount=type=cache,target=/root/.npm \
    if [ -s /run/hostca.pem ]; then export NODE_EXTRA_CA_CERTS=/run/hostca.pem; fi; \
    npm ci --no-audit --no-fund --ignore-scripts
COPY tsconfig.json next.config.js postcss.config.mjs proxy.ts instrumentation.ts ./
COPY public ./public
COPY infra/build ./infra/build
COPY infra/keycloak ./infra/keycloak
COPY infra/postgres/migrations ./infra/postgres/migrations
COPY lib ./lib
COPY app ./app
RUN npx next build && node infra/build/bundle.mjs

FROM ${BASE}
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY --from=build /build/.next/standalone ./
COPY --from=build /build/.next/static ./.next/static
COPY --from=build /build/public ./public
COPY --from=build /build/infra/postgres/migrations ./infra/postgres/migrations
COPY --from=build /build/dist ./
# A new volume takes owner and mode of its directory here: the worker writes kept logs, the portal's group reads them.
RUN install -d -o 10002 -g 10001 -m 2750 /var/lib/taylordash/logs
USER 10001:10001
CMD ["node", "/app/server.js"]
