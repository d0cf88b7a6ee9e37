"""Files made to choke a reader: each small enough to send, each a lot when opened."""

import io
import struct
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = "<row r='1'><c r='A1' t='inlineStr'><is><t>oppføring</t></is></c></row>"


def links(*targets):
    items = "".join(
        f"<Relationship Id='r{n}' Type='{OFFICE}/{k}' Target='{t}'/>" for n, (k, t) in enumerate(targets)
    )
    return f"<Relationships xmlns='{PACKAGE}'>{items}</Relationships>"


def workbook(sheet, strings="", **more):
    """A workbook around the XML of its one sheet, packed; `more` are other parts, by path."""
    parts = {
        "_rels/.rels": links(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'>"
        "<sheets><sheet name='a' r:id='r0'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": links(("worksheet", "worksheets/a.xml"), ("sharedStrings", "strings.xml")),
        "xl/strings.xml": strings or f"<sst xmlns='{MAIN}'/>",
        "xl/worksheets/a.xml": sheet,
        **more,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def sheet(rows):
    return f"<worksheet xmlns='{MAIN}'><sheetData>{HEADER}{rows}</sheetData></worksheet>"


def inline(text, reference="A2"):
    return f"<row r='{reference[-1]}'><c r='{reference}' t='inlineStr'><is><t>{text}</t></is></c></row>"


def lying(content, part=b"xl/worksheets/a.xml"):
    """Say of a part that it is small, in its own header and in the list of parts."""
    content = bytearray(content)
    for signature, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(part)
        while at >= 0:
            start = content.rfind(signature, 0, at)
            if at - start in (30, 46) and content[start : start + 4] == signature:
                struct.pack_into("<I", content, start + size_at, 500)
            at = content.find(part, at + 1)
    return bytes(content)


def many_parts():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for number in range(20_000):
            packed.writestr(str(number), "")
    return file.getvalue()


def locked():
    content = bytearray(workbook(sheet("")))
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + flags_at] |= 1
            at = content.find(signature, at + 4)
    return bytes(content)


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1 if n else str()};' * 10}'>" for n in range(9)
)
ROWS = "".join(f"<row r='{n}'><c r='A{n}'><v>1</v></c></row>" for n in range(2, 400_000))


def bombs():
    """Every bomb by the name of its file."""
    return {
        "nuller.xlsx": workbook(sheet(inline("0" * 150_000_000))),
        "loyn.xlsx": lying(workbook(sheet(inline("0" * 60_000_000)))),
        "mellomrom.xlsx": workbook(sheet(" " * 60_000_000)),
        "mange-rader.xlsx": workbook(sheet(ROWS)),
        "mange-tomme-rader.xlsx": workbook(sheet("<row/>" * 1_600_000)),
        "mange-tekster.xlsx": workbook(sheet(""), strings=f"<sst xmlns='{MAIN}'>{'<si/>' * 1_600_000}</sst>"),
        "hundre-mb-celle.xlsx": workbook(sheet(inline("ø" * 52_000_000))),
        "hundre-mb-tekst.xlsx": workbook(
            sheet(""), strings=f"<sst xmlns='{MAIN}'><si><t>{'0' * 10**8}</t></si></sst>"
        ),
        "pekere.xlsx": workbook(
            sheet("".join(f"<row r='{n}'><c t='s'><v>0</v></c></row>" for n in range(2, 20_000))),
            strings=f"<sst xmlns='{MAIN}'><si><t>{'0' * 32_000}</t></si></sst>",
        ),
        "dyp.xlsx": workbook(sheet("<a>" * 1_000_000)),
        "doctype.xlsx": workbook(f"{LAUGHS}]>" + sheet(inline("&a8;"))),
        "enheter-utf16.xlsx": workbook((f"{LAUGHS}]>" + sheet(inline("&a8;"))).encode("utf-16")),
        "langt-navn.xlsx": workbook(sheet(f"<row {'a' * 20_000_000}='1'/>")),
        "langt-attributt.xlsx": workbook(sheet(f"<row r='{'1' * 20_000_000}'/>")),
        "fjern-celle.xlsx": workbook(sheet("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
        "bred.xlsx": workbook(sheet("<row r='2'><c r='XFD2'><v>1</v></c></row>")),
        "formel.xlsx": workbook(sheet("<row r='2'><c r='A2'><f>1+1</f><v>2</v></c></row>")),
        "mange-deler.xlsx": many_parts(),
        "last.xlsx": locked(),
        "gammel.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
        "makroer.xlsx": workbook(sheet(""), **{"xl/vbaProject.bin": "x"}),
        "makroer.xlsm": workbook(sheet("")),
        "avkortet.xlsx": workbook(sheet(ROWS[:9000]))[:-800],
        "bilde.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
        "pakket.csv": workbook(sheet("")),
        "tom.csv": b" \r\n",
        "for-stor.csv": b"a;b\n" * 2_600_000,
        "million-rader.csv": "oppføring;del;nr\n".encode() + b"a;b;\n" * 1_000_000,
        "million-tomme.csv": "oppføring;del;nr\n".encode() + b"\n" * 9_000_000,
        "celle.csv": "oppføring;del;nr\na;b;".encode() + b"x" * 9_900_000,
        "kolonner.csv": "oppføring;del;nr\n".encode() + b";" * 9_900_000,
        "anforsel.csv": 'oppføring;del;nr\na;b;"'.encode() + b";\n" * 4_900_000,
        "nul.csv": "oppføring;del;nr\na;b\0;".encode(),
        "utf16-uten-merke.csv": "oppføring;del;nr\na;b;".encode("utf-16-le"),
        "ukjente-bokstaver.csv": b"oppf\x81ring;del;nr\n",
    }


def write_all(folder):
    for name, content in bombs().items():
        (folder / name).write_bytes(content)
