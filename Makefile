# `make start` and `make test` need nothing but python3 and make; `make` alone lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.PHONY: help start test coverage fuzz races kills pictures walk canary lint format migrations lock clean port-is-free chromium nginx
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
# Through python, not .venv/bin/NAME: those scripts break when the checkout is moved.
RUN := .venv/bin/python -m

# First in a recipe. `step TEXT COMMAND…`: one line with the time it took, then what the command had to say.
# `stage TEXT COMMAND…`: the same for a command whose output is worth seeing while it runs.
define tools
export DEBIAN_FRONTEND=noninteractive
now() { date +%s%N; }
since() { local ms=$$((($$(now) - $$1) / 1000000)); printf '%d,%d s' $$((ms / 1000)) $$((ms % 1000 / 100)); }
stop() { printf '%s\n' "$$*" >&2; exit 1; }
step() {
  local from=$$(now) said; printf '%s … ' "$$1"
  said=$$("$${@:2}") || { stop "feilet. $$said"; }
  since $$from; echo; [ -z "$$said" ] || echo "  $${said//$$'\n'/$$'\n  '}"
}
stage() {
  local from=$$(now); printf '\n── %s\n' "$$1"
  "$${@:2}" || stop "── FEILET etter $$(since $$from): $$1"
  echo "── i orden på $$(since $$from)"; summary+="  i orden  $$1 ($$(since $$from))"$$'\n'
}
skip() { printf '\n!!!! HOPPET OVER: %s\n' "$$1"; summary+="  HOPPET OVER  $$1"$$'\n'; }
endef
# The code is checked as it is, not with what this shell or the machine's own database happens to hold.
define neutral
unset ALLOWED_HOSTS DEBUG HASHED_STATIC PRODUCTION SECRET_KEY
export DATABASE_URL=sqlite://:memory:
endef

help:
	@echo 'make start       sett opp og start katalogen (PORT=8000)'
	echo 'make test        alle prøver: stil, SQLite, PostgreSQL, nettleser'
	echo 'make walk        alle sidene i nettleser: intet spor, ingen brudd på innholdsreglene'
	echo 'make canary      20 000 forespørsler, så leting etter den som spurte'
	echo 'make fuzz        100 000 fiendtlige forespørsler; SEED=7 gjentar en kjøring'
	echo 'make races       to redaktører i samme øyeblikk, på begge databaser (RACES=200 SEED=1)'
	echo 'make kills       drept midt i lagring, på begge databaser (KILLS=100 SEED=1)'
	echo 'make pictures    lag bildene i veiledningen for redaksjonen på nytt'
	echo 'make coverage    hvor mye av koden prøvene går gjennom (minst 95 %)'
	echo 'make lint        bare stil, maler og manglende migreringer'
	echo 'make format      rett opp stil i koden'
	echo 'make migrations  lag migreringer etter endrede modeller'
	echo 'make lock        lås pakkene på nytt etter endring i pyproject.toml'
	echo 'make clean       fjern alt som kan lages på nytt (databasen blir)'

# One virtual environment; a stamp in it says that it was filled from a lock file.
.venv/start.stamp: requirements.lock
.venv/test.stamp: requirements-dev.lock
.venv/start.stamp .venv/test.stamp:
	@$(tools)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
	  stop 'Katalogen trenger Python 3.11 eller nyere. Har du den under et annet navn: PYTHON=python3.11 make $(MAKECMDGOALS)'
	if ! $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then
	  [ $$(id -u) = 0 ] || stop 'Python mangler venv. Installer det med: sudo apt-get install python3-venv'
	  step 'Installerer python3-venv' bash -c 'apt-get -qq update && apt-get -qqy install python3-venv >/dev/null'
	fi
	[ -x .venv/bin/pip ] || step 'Lager virtuelt miljø i .venv' $(PYTHON) -m venv --clear .venv
	step 'Installerer pakkene i $<' $(RUN) pip install -qq --disable-pip-version-check --require-hashes -r $<
	touch $@

port-is-free:
	@$(tools)
	! (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null ||
	  stop 'Port $(PORT) er opptatt. Velg en annen, for eksempel: make start PORT=8001'

start: port-is-free .venv/start.stamp
	@$(tools)
	step 'Sikrer det som er der, før noe migreres' .venv/bin/python manage.py backup --before-migrate --keep 5
	step 'Gjør databasen klar' .venv/bin/python manage.py migrate -v 0
	step 'Leser inn dataene' .venv/bin/python manage.py load_fixtures
	printf 'Starter tjeneren … '; from=$$(now)
	$(RUN) gunicorn --config deploy/gunicorn.conf.py --bind 127.0.0.1:$(PORT) tilbud.wsgi &
	server=$$!
	trap "kill -QUIT $$server 2>/dev/null || true; wait $$server || true" EXIT
	trap 'echo; exit 0' INT TERM
	answers() {
	  exec 3<>/dev/tcp/127.0.0.1/$(PORT) && printf 'GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
	  read -r -t 20 _ status _ <&3 && [ "$$status" -lt 500 ]
	}
	until (answers) 2>/dev/null; do
	  kill -0 $$server 2>/dev/null || stop 'Tjeneren stanset. Grunnen står over.'
	  sleep 0.1
	done
	since $$from; printf '\n\nÅpne http://127.0.0.1:$(PORT)/ i nettleseren. Ctrl-C avslutter.\n'
	wait $$server

DESK_IN_BROWSER := $(wildcard tests/browser/test_desk_*.py) tests/browser/test_csp.py

test: .venv/test.stamp chromium nginx
	@$(tools)
	$(neutral)
	begun=$$(now); summary=
	stage 'Stil, maler og migreringer' $(MAKE) lint
	# Two lines of work, a core each: SQLite and the public pages here; beside it PostgreSQL, what no database
	# matters to, and the desk's pages. What is done beside is shown in its turn.
	beside=$$(mktemp -d); postgres=; once=; desk=
	trap '[ -z "$$postgres$$once$$desk" ] || kill $$postgres $$once $$desk 2>/dev/null && wait; rm -rf $$beside' EXIT
	if [ "$${SKIP_POSTGRES:-}" != 1 ]; then
	  .venv/bin/python tests/postgres.py -- $(RUN) pytest -q -m 'not browser and not once' >$$beside/postgres 2>&1 &
	  postgres=$$!
	fi
	follow() { while [ -n "$$1" ] && kill -0 $$1 2>/dev/null; do sleep 1; done; exec $(RUN) "$${@:2}"; }
	follow "$$postgres" pytest -q -m once >$$beside/once 2>&1 &
	once=$$!
	if [ "$${SKIP_BROWSER:-}" != 1 ]; then
	  follow $$once pytest -q -m browser $(DESK_IN_BROWSER) >$$beside/desk 2>&1 &
	  desk=$$!
	fi
	result() { local failed=0; wait $${!1} || failed=$$?; cat $$beside/$$1; return $$failed; }
	stage 'Prøver på SQLite' $(RUN) pytest -q -m 'not browser and not once'
	if [ "$${SKIP_BROWSER:-}" = 1 ]; then skip 'prøvene i nettleser (SKIP_BROWSER=1)'
	else stage 'Prøver i nettleser' $(RUN) pytest -q -m browser $(addprefix --ignore=,$(DESK_IN_BROWSER)); fi
	if [ "$${SKIP_POSTGRES:-}" = 1 ]; then skip 'prøvene på PostgreSQL (SKIP_POSTGRES=1)'
	else stage 'Prøver på PostgreSQL (ved siden av)' result postgres; fi
	stage 'Prøver som er like på begge (ved siden av)' result once
	[ "$${SKIP_BROWSER:-}" = 1 ] || stage 'Prøver av redaksjonen i nettleser (ved siden av)' result desk
	[ "$${SKIP_NGINX:-}" != 1 ] || skip 'prøvene av nginx (SKIP_NGINX=1)'
	printf '\n%sFerdig på %s.\n' "$$summary" "$$(since $$begun)"

# By itself: measuring makes the tests a third slower, and `make test` has ten minutes.
coverage: .venv/test.stamp nginx
	@$(tools)
	$(neutral)
	stage 'Prøver på SQLite' $(RUN) coverage run -m pytest -q -m 'not browser'
	stage 'Dekning' $(RUN) coverage report

# Before the tests, so that a missing browser is told at once and not after minutes.
chromium:
	@$(tools)
	[ "$${SKIP_BROWSER:-}" != 1 ] || exit 0
	for name in chromium chromium-browser google-chrome; do ! type $$name &>/dev/null || exit 0; done
	[ $$(id -u) = 0 ] ||
	  stop 'Nettleserprøvene trenger Chromium: sudo apt-get install chromium. Uten dem: SKIP_BROWSER=1 make test'
	step 'Installerer Chromium' bash -c 'apt-get -qq update && apt-get -qqy install chromium >/dev/null'

# For tests/supply, which start it as deploy/ sets it up. Where systemd runs, Debian would start one of its own.
nginx:
	@$(tools)
	[ "$${SKIP_NGINX:-}" != 1 ] || exit 0
	! PATH=$$PATH:/usr/sbin type nginx &>/dev/null || exit 0
	[ $$(id -u) = 0 ] && [ ! -d /run/systemd/system ] ||
	  stop 'Prøvene av deploy/ trenger nginx: sudo apt-get install nginx. Uten dem: SKIP_NGINX=1 make test'
	step 'Installerer nginx' bash -c 'apt-get -qq update && apt-get -qqy install nginx >/dev/null'

# What `make test` does with every kind of page and 2,000 requests, with every page and 20,000.
walk: .venv/test.stamp chromium
	@$(neutral)
	WALK=all $(RUN) pytest -q -m browser tests/browser/test_no_trace.py tests/browser/test_csp.py
canary: .venv/test.stamp
	@$(neutral)
	CANARY=20000 $(RUN) pytest -q tests/web/test_canary.py
	CANARY=20000 .venv/bin/python tests/postgres.py -- $(RUN) pytest -q tests/web/test_canary.py

# For the page «Veiledning» of the desk; they are kept with the code.
pictures: .venv/test.stamp chromium
	@$(neutral)
	$(RUN) tests.browser.make_pictures

# 100,000 hostile requests to a real server, some twenty minutes; `make fuzz SEED=7` repeats what it found.
fuzz: .venv/test.stamp
	@$(neutral)
	unset DATABASE_URL
	$(RUN) tests.hostile.run_fuzz $(SEED)

# What `make test` does 18 and 8 times. A minute or two on each database.
RACES ?= 200
KILLS ?= 100
races kills: .venv/test.stamp
	@$(neutral)
	storm=(.venv/bin/python tests/storms/$@.py --$@ $(if $(filter races,$@),$(RACES),$(KILLS)) --seed $(or $(SEED),1))
	folder=$$(mktemp -d)
	trap 'rm -rf $$folder' EXIT
	echo SQLite; DATABASE_URL=sqlite:///$$folder/storm.sqlite3 "$${storm[@]}"
	echo PostgreSQL; .venv/bin/python tests/postgres.py -- "$${storm[@]}"

lint: .venv/test.stamp
	@$(neutral)
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) djlint --lint --quiet templates
	.venv/bin/python manage.py makemigrations --check --dry-run

# Puts right what a machine can; what is left is for `make lint` to say.
format: .venv/test.stamp
	@$(RUN) ruff check --silent --fix --exit-zero
	$(RUN) ruff format

migrations: .venv/test.stamp
	@$(neutral)
	.venv/bin/python manage.py makemigrations

# uv.lock names the registry it was made from; the two files do not.
lock: .venv/test.stamp
	@$(RUN) pip install -qq --disable-pip-version-check uv
	trap 'rm -f uv.lock' EXIT
	$(RUN) uv lock -q
	$(RUN) uv export -q --frozen --no-dev --no-emit-project --no-header -o requirements.lock
	$(RUN) uv export -q --frozen --all-groups --no-emit-project --no-header -o requirements-dev.lock

clean:
	rm -rf .venv .pytest_cache .ruff_cache .coverage var/static var/snapshot
	find . -name __pycache__ -prune -exec rm -rf {} +
