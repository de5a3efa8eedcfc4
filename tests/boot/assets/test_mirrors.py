"""Sources of an asset: mirrors in their order, then the URL itself."""

from boot.assets.mirrors import list_sources

URL = "https://example/v1/vmlinuz-amd64"


def test_without_mirrors_the_url_is_the_only_source() -> None:
    assert list_sources(URL, "") == (URL,)


def test_a_directory_holds_the_file_and_a_file_stands_for_its_namesake() -> None:
    mirrors = "file:///srv/talos/  http://near/talos/initramfs-amd64.xz\nhttp://near/x/vmlinuz-amd64"
    assert list_sources(URL, mirrors) == ("file:///srv/talos/vmlinuz-amd64", "http://near/x/vmlinuz-amd64", URL)


def test_no_source_is_tried_twice_and_a_nameless_url_has_no_mirrors() -> None:
    assert list_sources(URL, f"{URL} https://example/v1/") == (URL,)
    assert list_sources("", "http://near/") == ("",)
