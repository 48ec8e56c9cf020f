def test_a_link_lets_a_browser_in_and_asks_who_it_is(bench):
    client = bench.come("")
    assert client.get("/").headers["location"] == "/who"
    form = {"name": "ana", "token": client.headers["x-themeweave-token"]}
    assert client.post("/who", data=form).headers["location"] == "/"
    page = client.get("/")
    assert page.status_code == 200
    assert ">ana</a>" in page.text


def test_without_a_link_no_page_is_shown(bench):
    client = bench.come()
    client.cookies.clear()
    for path in ("/", "/code", "/read", "/trail", "/outputs", "/who", "/nowhere"):
        assert client.get(path).status_code == 401, path
    assert client.get("/start?token=guess").status_code == 401
