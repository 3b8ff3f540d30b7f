# The program, for one process with everything inside or for its parts: docs/deployment.md.
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --constraint constraints.txt --wheel-dir /wheels .

FROM python:3.11-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-index --find-links /wheels oboro \
    && rm -r /wheels \
    && useradd --system --uid 10001 --create-home oboro \
    && install -d -o oboro -g oboro -m 0700 /data
USER oboro
WORKDIR /data
ENV OBORO_DATA_DIR=/data
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["oboro", "serve"]
