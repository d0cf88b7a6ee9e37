"""Make the pictures of the editors' guide from the running product: python -m tests.browser.make_pictures

Starts a directory of its own, does what the guide tells of, and takes a picture at each stop. What a clock has
written is replaced, so that the pictures change only when the product does.
"""

import os
import subprocess
import sys
import tempfile
from base64 import b64decode
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, ROOT, chromium, opened_page, served
from tests.browser.desk import new_session, people
from tests.browser.test_desk_editing import CHILD_OFFER, INSTITUTION, save
from tests.browser.test_desk_import import exported, send
from tilbud.desk.roles import APPROVER, EDITOR

FOLDER = ROOT / "static" / "desk" / "guide"
LARGEST, WIDTH, QUALITY = 60_000, 900, 70
PASSWORD = "Et langt passord 42"
NAME_PEOPLE = f"""
from django.contrib.auth.models import User
from tilbud.models import Offer, Report
for role, first, last in [("redaktør", "Kari", "Holm"), ("godkjenner", "Ola", "Lie")]:
    user = User.objects.get(username=f"nettleser-{{role}}")
    user.username, user.first_name, user.last_name = first.lower(), first, last
    user.save()
siri = User.objects.create_user("siri", password="{PASSWORD}", is_staff=True)
siri.totpdevice_set.create(name="default")
siri.staticdevice_set.create(name="backup").token_set.create(token="eksempel")
Report.objects.create(
    offer=Offer.objects.get(slug="al-anon-tromso"), fault="no_answer", text="Jeg ringte tre ganger på en kveld.",
    stamp="bilde", was_quick=False,
)
"""
# Dates of this year and times of day become one date and one time.
STOP_CLOCK = """() => {
    const year = new Date().getFullYear();
    const said = new RegExp(`\\\\d{1,2}\\\\. \\\\p{L}+ (${year}|${year + 1})(,? \\\\d{2}:\\\\d{2})?`, "gu");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        walker.currentNode.data = walker.currentNode.data.replace(said,
            (all, _year, time) => "3. mai 2027" + (time ? ", 10:15" : ""));
    // As a Norwegian browser writes it; this one writes all dates as in America.
    for (const field of document.querySelectorAll("input[type=date]"))
        [field.type, field.value] = ["text", "03.05.2027"];
}"""
BOX = """selectors => {
    const boxes = selectors.map(selector => document.querySelector(selector).getBoundingClientRect());
    const [top, bottom] = [Math.min(...boxes.map(box => box.top)), Math.max(...boxes.map(box => box.bottom))];
    // The content has margins of its own; what stands beside it is another matter.
    const margin = selectors[0] == "#content" ? 0 : 12;
    return {x: boxes[0].left + scrollX - margin, y: top + scrollY - margin,
            width: boxes[0].width + 2 * margin, height: bottom - top + 2 * margin};
}"""


def take(page, name, *selectors, height=620):
    """Keep a picture of what reaches from the first to the last of `selectors`, no higher than `height`."""
    page.wait_for_load_state()
    page.evaluate(STOP_CLOCK)
    clip = page.evaluate(BOX, list(selectors))
    clip |= {"x": max(clip["x"], 0), "height": min(clip["height"], height), "scale": 1}
    asked = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    told = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    picture = b64decode(told["data"])
    if len(picture) > LARGEST:
        raise SystemExit(f"{name}: {len(picture)} byte er mer enn {LARGEST}.")
    (FOLDER / f"{name}.webp").write_bytes(picture)
    print(f"{name}.webp: {len(picture) // 1000} kB")


class Staff:
    """Opens pages of the desk as somebody of a role, one after another."""

    def __init__(self, browser, site, database):
        self.browser, self.site, self.database = browser, site, database

    @contextmanager
    def at(self, role, address):
        cookies = [new_session(role, self.site, self.database)] if role else []
        url = address if address.startswith("http") else self.site + address
        with opened_page(self.browser, url, width=WIDTH, cookies=cookies) as visit:
            yield visit.page

    @contextmanager
    def form(self, role, model, slug):
        with self.at(role, f"/admin/tilbud/{model}/?q={slug}") as page:
            page.click("#result_list tbody th a")
            yield page


def log_in(staff):
    with staff.at(None, "/admin/") as page:
        page.fill("input[name=auth-username]", "siri")
        page.fill("input[name=auth-password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("input[name=token-otp_token]")
        take(page, "innlogging", "#content")


def check(staff):
    with staff.at(EDITOR, "/admin/kontroll/") as page:
        take(page, "ko", "#content-main", height=420)
    with staff.form(EDITOR, "institution", INSTITUTION) as page:
        pk = page.url.split("/institution/")[1].split("/")[0]
        page.goto(f"{staff.site}/admin/kontroll/institution/{pk}/")
        page.fill("#id_check-answered_by", "daglig leder")
        take(page, "kontroll", "#content-main fieldset", ".desk-claims")
        page.goto(f"{staff.site}/admin/tilbyder/{pk}/")
        take(page, "tilbyder", "#content")


def change(staff):
    with staff.form(EDITOR, "offer", CHILD_OFFER) as page:
        save(page, "sessions", "Samtale på telefon eller chat", "Ringte, vakten svarte")
        with staff.at(APPROVER, page.url) as approver:
            take(approver, "utkast", "#content")
    with staff.form(EDITOR, "institution", INSTITUTION) as hers:
        with staff.form(APPROVER, "institution", INSTITUTION) as his:
            save(hers, "name", "Biri behandlingssenter", "Ringte, daglig leder svarte")
            save(his, "name", "Biri treningssenter AS", "Så på nettsiden")
            take(his, "flett", "#content")
        hers.goto(f"{staff.site}/admin/tilbud/institution/?q={INSTITUTION}")
        hers.click("#result_list tbody th a")
        hers.click(".historylink")
        take(hers, "historikk", "#content")


def answer_others(staff):
    with staff.at(EDITOR, "/admin/meldinger/") as page:
        take(page, "melding", ".desk-report")
    with staff.at(EDITOR, "/admin/filer/") as page:
        rows = exported(page)
        contact = next(row for row in rows if row["del"] == "kontaktopplysning")
        contact["slag"], contact["verdi"], contact["tvilsom"] = "telefon", "123", "nei"
        send(page, rows)
        page.get_by_role("link", name="Filen har feil").click()
        take(page, "filer", "#content")


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tilbud.settings")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        database = f"sqlite:///{Path(folder) / 'tilbud.sqlite3'}"
        keep = {"SNAPSHOT_DIR": str(Path(folder) / "snapshot"), "SNAPSHOT_AHEAD": "0"}
        environment = os.environ | {"DATABASE_URL": database} | keep

        def manage(*command):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)

        manage("migrate", "-v", "0")
        manage("load_fixtures")
        people(database)
        manage("shell", "-v", "0", "-c", NAME_PEOPLE)
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        with served(environment) as site:
            staff = Staff(browser, site, database)
            for part in (log_in, check, change, answer_others):
                part(staff)
        browser.close()


if __name__ == "__main__":
    main()
