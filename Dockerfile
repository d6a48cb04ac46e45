# The harvester in a container: `upload /data` unless told otherwise. See docs/docker.md.
# The base is pinned by version; whoever can reach its registry pins it further: python:…@sha256:…
ARG PYTHON=python:3.13-slim-trixie

# hadolint ignore=DL3006 - the tag stands in the ARG above
FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/build && python -m venv --without-pip /opt/harvester
COPY requirements/core.txt /src/requirements.txt
RUN /opt/build/bin/python -m pip --python /opt/harvester/bin/python install \
      --no-deps --only-binary=:all: --require-hashes --requirement /src/requirements.txt
# The project itself needs no build tool: it is Python, and its command is one call.
COPY harvester /src/harvester
RUN /opt/harvester/bin/python -c "import shutil, sysconfig; shutil.copytree('/src/harvester', sysconfig.get_path('purelib') + '/harvester')" \
 && /opt/harvester/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/harvester/lib

# hadolint ignore=DL3006 - as above
FROM ${PYTHON}
COPY --from=build /opt/harvester /opt/harvester
# A uid that --user gives has no home folder. The user's ~/.aws is mounted at /aws, and found as a
# whole by the link: the tokens of `aws sso login` are sought nowhere else.
RUN mkdir -p /home/harvester && ln -s /aws /home/harvester/.aws
# -P: what lies in /data is data, never a module.
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/home/harvester
WORKDIR /data
USER 65532:65532
ENTRYPOINT ["/opt/harvester/bin/python", "-P", "-m", "harvester"]
CMD ["upload", "/data"]
