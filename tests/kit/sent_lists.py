"""Sends a list of people as a browser would: the file, then its columns as they are proposed."""

from bs4 import BeautifulSoup


def send_list(client, served, content, *, name="people.csv", how="replace"):
    """Upload a list and confirm its columns. Return the answer to the last form that was sent."""
    files = {"file": (name, content, "application/octet-stream")}
    data = {"seal": served.seal_of(client), "how": how}
    sent = client.post("/office/people/import", data=data, files=files)
    return confirm_columns(client, sent) if sent.status_code == 303 else sent


def confirm_columns(client, sent, **changed):
    """Send the form of columns as it is, but for headings named here."""
    page = BeautifulSoup(client.get(sent.headers["location"]).text, "html.parser")
    form = page.find("main").find("form")
    chosen = []
    for select in form.find_all("select"):
        heading = form.find("label", attrs={"for": select["id"]}).get_text()
        picked = select.find("option", selected=True)
        chosen.append(changed.get(heading, picked["value"] if picked else ""))
    data = {"seal": form.find("input", {"name": "seal"})["value"], "columns": chosen}
    return client.post(form["action"], data=data)
