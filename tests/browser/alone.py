"""Walk through the site in a network of its own: python -m tests.browser.alone PROFILE ADDRESS…

Follows the links of the pages as well with WALK=all. Run by test_no_trace inside `unshare --net`: here is no
other machine, but a way out for packets to be seen on. Writes what was seen as JSON.
"""

import json
import os
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium, served
from tests.browser.packets import captured

# A name server that is not there is asked all the same, over `out`. IPv6 is off: it greets neighbours by itself.
NETWORK = """
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
ip link set lo up
ip link add out type veth peer name nowhere
ip address add 192.0.2.2/24 dev out
ip link set nowhere up
ip link set out up
ip neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev out
ip route add default via 192.0.2.1
"""
# What Chromium asks Google for by itself, whatever page is open. A page can neither start nor stop it.
NO_HABITS = [
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9/",
    # The last list counts: Playwright's own, and the one that tells of forms.
    "--disable-features=AutofillServerCommunication,OptimizationHints,NetworkTimeServiceQuerying,PreconnectToSearch,"
    "AimEnabled,MediaRouter,DestroyProfileOnBrowserClose",
]
WORD = "kanarifuglsang"
TRACES = """async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...await caches.keys(),
    ...(await indexedDB.databases()).map(database => database.name),
    ...(await navigator.serviceWorker.getRegistrations()).map(worker => worker.scope),
    ...(await navigator.storage.estimate()).usage ? ["usage"] : [],
]"""
# What stands on the page as it was sent: entities and what JavaScript put there left out.
PHRASES = """() => {
    const found = [], walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) found.push(...walk.currentNode.nodeValue.split("\\n").map(line => line.trim()));
    return found.filter(line => line.length > 30 && !/[&<>"']/.test(line)).slice(0, 8);
}"""

# Where the links of a page lead on our own host; those in the map are of SVG and have their address elsewhere.
PATHS = """() => [...new Set([...document.querySelectorAll("a[href]")]
    .map(link => new URL(link.href.baseVal ?? link.href, location))
    .filter(address => address.origin == location.origin).map(address => address.pathname))]"""


def is_page(path):
    return path.endswith("/") and not path.startswith("/admin/")


def walk(context, site, addresses):
    page = context.new_page()
    seen = {"traces": [], "phrases": [WORD]}
    addresses = list(addresses)
    for address in addresses:
        page.goto(site + address)
        if os.environ.get("WALK") == "all":
            addresses += [path for path in page.evaluate(PATHS) if path not in addresses and is_page(path)]
        seen["traces"] += page.evaluate(TRACES)
        seen["phrases"] += page.evaluate(PHRASES)
    page.goto(f"{site}/tilbud/")
    page.fill("form[role=search] input[name=q]", WORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    seen["answered"] = WORD in page.content()
    seen["traces"] += page.evaluate(TRACES)
    seen["cookies"] = context.cookies()
    seen["pages"] = len(addresses)
    return seen


def main(profile, *addresses):
    subprocess.run(["sh", "-ec", NETWORK], check=True)
    with served() as site, sync_playwright() as playwright, captured() as packets:
        options = {"executable_path": chromium(), "args": [*ARGUMENTS, *NO_HABITS], "locale": "nb-NO"}
        context = playwright.chromium.launch_persistent_context(profile, **options)
        seen = walk(context, site, addresses)
        port = site.rpartition(":")[2]
        ours = {packet for packet in packets if packet.startswith("lo tcp 127.0.0.1:") and f":{port}" in packet}
        seen["strangers"] = sorted(set(packets) - ours)
        seen["ours"] = len(ours)
        context.close()
        # To another host: the capture must see that, or it has not looked.
        context = playwright.chromium.launch_persistent_context(f"{profile}-2", **options)
        try:
            context.new_page().goto("http://nabo.example/", timeout=2000)
        except Error:
            pass
        seen["seen_when_told_to_stray"] = sorted(set(packets) - ours)
        context.close()
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
