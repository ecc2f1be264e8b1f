#!/bin/sh
# Compares the road core with pgRouting and prints the tables of docs/roads.md.
#
#   docs/roads/agree.sh [FOLDER]
#
# FOLDER holds *.osm.pbf extracts; the default is the shared test data. Run as
# root on Debian 12: pgRouting is installed through apt when it is missing. The
# database is a private cluster that ends with the study. A quarter of an hour on
# a quiet machine, more on a busy one.
set -eu

cd "$(dirname "$0")/../.."
folder=${1:-../shared/testdata/18-routing-siting/osm}
if [ ! -d "$folder" ]; then
	echo "no folder $folder: name one with *.osm.pbf files" >&2
	exit 2
fi
if [ ! -e /usr/share/postgresql/15/extension/pgrouting.control ]; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "postgresql-15-pgrouting is missing and only root can install it" >&2
		exit 2
	fi
	apt-get update
	apt-get install --yes --no-install-recommends postgresql-15-pgrouting
fi
ONEMAP_ROADSTUDY=1 ONEMAP_ROADSTUDY_OSM="$(realpath "$folder")" \
	exec "${GO:-go}" test ./cmd/onemap -run 'TestRoadsAgreeWithPgRouting' -count=1 -timeout 2h -v
