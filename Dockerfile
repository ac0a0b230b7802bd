# Two stages: the first installs, with whatever that takes; the second only has the result.

FROM python:3.13-slim AS build
WORKDIR /build
# A compiler for the kernel; and Python's headers, where the base image's Python comes without.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends gcc libc6-dev \
 && header=$(python -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h \
 && { [ -e "$header" ] || apt-get install -y -qq --no-install-recommends python3-dev; }
RUN python -m venv /opt/namewright
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY models models
COPY app app
COPY namewright namewright
RUN /opt/namewright/bin/pip install --no-cache-dir --constraint constraints.txt '.[service]'
# The install succeeds without the kernel; the image does not.
RUN cd / && /opt/namewright/bin/python -c 'import namewright._kernel'

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Namewright" \
      org.opencontainers.image.licenses="MIT"
# /models is for models of one's own; the shipped ones are installed with the package.
ENV PATH=/opt/namewright/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NAMEWRIGHT_HOST=0.0.0.0 \
    NAMEWRIGHT_MODELS_DIR=/models
WORKDIR /srv
RUN mkdir /models
COPY --from=build /opt/namewright /opt/namewright
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["namewright", "serve"]
