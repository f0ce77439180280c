# make test     everything that must hold, in under ten minutes on two fast cores
# make verify   what is long or heavy besides: a real Postfix, LibreOffice, Lighthouse, a thousand kills
# make pictures pictures of every page, mail and paper
# make bench    benchmarks, each beside its floor
# make fuzz     every fuzz test in turn, FUZZTIME each
SHELL := /bin/bash
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
AXE := 4.14.1
VNU_VERSION := 26.9.27
export VNU_JAR := $(CURDIR)/.cache/vnu/node_modules/vnu-jar/build/dist/vnu.jar
VNU := $(VNU_JAR)
LIGHTHOUSE_VERSION := 12.8.2
export LIGHTHOUSE := $(CURDIR)/.cache/lighthouse/node_modules/lighthouse/cli/index.js
export AXE_JS := $(CURDIR)/.cache/node_modules/axe-core/axe.min.js

.PHONY: test parts lint speed unit embed verify pictures pictures-readme bench fuzz clean

test: parts lint embed speed unit

# What the tests need besides Go, from Debian's packages and npm.
parts: $(AXE_JS)
	@.ci/install /usr/lib/chromium/chromium-headless-shell=chromium-headless-shell '/usr/lib/postgresql/*/bin/initdb=postgresql' npm=npm

$(AXE_JS):
	@.ci/install npm=npm
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix .cache axe-core@$(AXE)

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	  if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff

# SQLite, as modernc.org translates it from C, keeps its memory outside Go's, where
# the race detector sees nothing; watching it all the same is two thirds of the time
# of these tests. The driver and everything else stay watched.
UNWATCHED := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc/...=-race=false

# A test that would skip for a missing part fails instead. lint has vetted all of it.
unit:
	TEST_REQUIRE=1 go test -race $(UNWATCHED) -vet=off -timeout 20m ./...

# What is promised of time, and of search: the race detector would distort the one
# and take long over the other, so these tests skip themselves below.
speed:
	TEST_REQUIRE=1 go test -count=1 -run 'Cost$$|FirstUse|FirstWords|EveryCommune$$' ./territoires ./territoires/cog ./territoires/sirene ./territoires/document

# A module of its own, as another program would import this one.
embed:
	cd examples/embed && go mod tidy -diff && go vet ./... && TEST_REQUIRE=1 go test ./...

# The long versions of the tests, and those that need other programs.
verify: test $(VNU) $(LIGHTHOUSE)
	@.ci/install chromium=chromium postfix=postfix opendkim=opendkim saslpasswd2=sasl2-bin '/usr/lib/*/sasl2/libplain.so=libsasl2-modules' \
	  zbarimg=zbar-tools nginx=nginx caddy=caddy systemd-analyze=systemd pdftotext=poppler-utils soffice=libreoffice-calc java=default-jre-headless '/usr/lib/python3/dist-packages/icalendar=python3-icalendar' \
	  '/usr/lib/python3/dist-packages/dkim=python3-dkim' '/usr/lib/python3/dist-packages/nacl=python3-nacl'
	TEST_FULL=1 TEST_REQUIRE=1 go test -count=1 -timeout 60m ./...

$(VNU):
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix .cache/vnu vnu-jar@$(VNU_VERSION)

$(LIGHTHOUSE):
	npm install --silent --no-audit --no-fund --no-save --no-package-lock --prefix .cache/lighthouse lighthouse@$(LIGHTHOUSE_VERSION)

# Pictures of every page and mail on three screens, light and dark, and of papers, to look at.
# PICTURES_OF='mon-inscription|confirmed' makes some of them.
pictures: parts
	@.ci/install pdftoppm=poppler-utils
	PICTURES=$(CURDIR)/pictures go test -count=1 -timeout 45m -run 'TestPictures$$' ./registration/site ./registration/print

# The six pictures of the README.
pictures-readme: parts
	README_PICTURES=$(CURDIR)/docs/images go test -count=1 -run 'TestReadmePictures$$' ./registration/site

bench:
	@.ci/install '/usr/lib/postgresql/*/bin/initdb=postgresql' smtp-sink=postfix
	go test -timeout 90m -run '^$$' -bench . -benchmem ./...

FUZZTIME ?= 10m
fuzz:
	@for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p | grep ^Fuzz); do \
	  echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$p || exit 1; done; done

clean:
	rm -rf .cache bin pictures
