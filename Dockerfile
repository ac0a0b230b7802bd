# docker build .                     the service (`make image`)
# docker build --target sbom .       what is in it, as CycloneDX (`make sbom`)
#
# Everything that is installed has its exact version and hash in deploy/lock/ (`make lock`). The
# base is an argument, for whoever pins it by digest or takes it from a registry of their own.
ARG PYTHON=python:3.13-slim

FROM ${PYTHON} AS build
WORKDIR /build
# A compiler for the kernel; and Python's headers, where the base image's Python comes without.
RUN --mount=type=cache,id=namewright-apt,target=/var/cache/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean \
 && apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends gcc libc6-dev \
 && header=$(python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h \
 && { [ -e "$header" ] || apt-get install -y -qq --no-install-recommends python3-dev; }
# The environment is without pip: the base image's installs into it.
RUN python -m venv --without-pip /opt/namewright && python -m venv --without-pip /opt/build
ENV PIP_NO_COMPILE=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1
COPY deploy/lock deploy/lock
RUN --mount=type=cache,id=namewright-pip,target=/root/.cache/pip \
    pip --python /opt/namewright/bin/python install --require-hashes -r deploy/lock/service.txt \
 && pip --python /opt/build/bin/python install --require-hashes -r deploy/lock/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY app app
COPY namewright namewright
RUN pip --python /opt/build/bin/python wheel --no-build-isolation --no-deps --wheel-dir dist . \
 && pip --python /opt/namewright/bin/python install --no-deps dist/*.whl \
 && pip --python /opt/namewright/bin/python check
# The install succeeds without the kernel; the image does not. What this imports is what is kept
# compiled. Left out: packages' own tests, numpy's being the largest, what only type checkers read,
# and uvloop's symbols, 14 MB.
RUN cd / && find /opt/namewright/lib -type d -name tests -prune -exec rm -r {} + \
 && find /opt/namewright/lib -name '*.pyi' -delete \
 && strip --strip-unneeded /opt/namewright/lib/python3*/site-packages/uvloop/*.so \
 && /opt/namewright/bin/python -c 'import namewright._kernel, uvloop, namewright.service.serve' \
 && /opt/namewright/bin/namewright --help >/dev/null
COPY deploy/healthcheck.py /opt/namewright/healthcheck.py

# The guide, answered at /guide. Of what makes it nothing is in the service.
FROM build AS guide
COPY deploy/lock/guide.txt deploy/lock/guide.txt
RUN --mount=type=cache,id=namewright-pip,target=/root/.cache/pip \
    python -m venv --without-pip /opt/guide \
 && pip --python /opt/guide/bin/python install --require-hashes -r deploy/lock/guide.txt
COPY . .
RUN /opt/guide/bin/python -m guide --compress --output /opt/site

FROM build AS inventory
COPY deploy/lock/sbom.txt sbom.txt
RUN --mount=type=cache,id=namewright-pip,target=/root/.cache/pip \
    python -m venv --without-pip /opt/sbom \
 && pip --python /opt/sbom/bin/python install --require-hashes -r sbom.txt \
 && /opt/sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
        --output-reproducible --output-file /namewright.cdx.json /opt/namewright/bin/python

FROM scratch AS sbom
COPY --from=inventory /namewright.cdx.json /

FROM ${PYTHON} AS service
LABEL org.opencontainers.image.title="Namewright" \
      org.opencontainers.image.licenses="MIT"
# /models is for models of one's own; the shipped ones are installed with the package.
ENV PATH=/opt/namewright/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NAMEWRIGHT_HOST=0.0.0.0 \
    NAMEWRIGHT_MODELS_DIR=/models \
    NAMEWRIGHT_GUIDE_DIR=/opt/namewright/guide
WORKDIR /srv
RUN mkdir /models
COPY --from=build /opt/namewright /opt/namewright
COPY --from=guide /opt/site /opt/namewright/guide
# Any other user will do too: nothing is written, and nothing belongs to this one.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
    CMD ["python", "-IS", "/opt/namewright/healthcheck.py"]
CMD ["namewright", "serve"]
