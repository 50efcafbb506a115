"""The MkDocs plugin: each hook hands over to a plain function."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config import config_options as opt
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.templates import TemplateContext

from clausepress import __version__
from clausepress.archive.index import edition_json, edition_path, policies_json
from clausepress.archive.library import load_library
from clausepress.archive.lifecycle import today
from clausepress.archive.published import Library
from clausepress.errors import ClausepressError
from clausepress.i18n import available_languages, labels
from clausepress.resources import resource
from clausepress.site.pages import Page, TocEntry, site_pages


class ClausepressConfig(Config):  # type: ignore[no-untyped-call] # MkDocs' hook has no types
    """Options of the plugin in ``mkdocs.yml``."""

    notice = opt.DictOfItems(opt.Type(str), default={})
    """A line shown on every page, per language."""
    api = opt.Type(str, default="")
    """URL of the API's ``/v1/`` folder when it is not on the site's own origin."""


class ClausepressPlugin(BasePlugin[ClausepressConfig]):  # type: ignore[no-untyped-call] # as above
    """Turns ``docs/<policy>/<version>/<lang>.md`` into the pages of a policy site.

    Hooks: ``on_config`` reads the library and adds templates; ``on_files`` swaps sources for
    pages, JSON and widgets; ``on_page_markdown``, ``on_page_content`` and ``on_page_context``
    give each page its title, its body and its template's data.
    """

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Hook for the `on_config` event: read every source, put our templates over the theme."""
        if not config.use_directory_urls:
            raise PluginError(
                "clausepress: permanent URLs end in '/': set use_directory_urls: true"
            )
        try:
            self._library = load_library(Path(config.docs_dir))
        except ClausepressError as error:
            raise PluginError(str(error)) from error
        self._on = today()
        self._pages: dict[str, Page] = {}
        # A site's own custom_dir stays in front of our templates, the theme behind them.
        place = 1 if config.theme.custom_dir else 0
        config.theme.dirs.insert(place, str(resource("overrides")))
        config.theme["font"] = False  # fonts from a third party would tell it who reads
        config.extra["generator"] = False
        config.extra_css.append("assets/clausepress.css")
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Hook for the `on_files` event: sources out, pages, JSON and widgets in."""
        for source in [
            file for file in files if file.src_uri.split("/")[0] in self._library.policies
        ]:
            files.remove(source)
        taken = {file.dest_uri: file.src_uri for file in files}
        for page in site_pages(self._library, self._on, self._default_language(config)):
            uri = f"{page.url}index.md"
            file = File.generated(config, uri, content="", inclusion=InclusionLevel.NOT_IN_NAV)
            if file.dest_uri in taken:
                if not page.url:
                    continue  # the site has a root page of its own
                raise PluginError(
                    f"clausepress: {taken[file.dest_uri]} and the page of a policy would both be"
                    f" {file.dest_uri}\n  fix: give that page another name"
                )
            self._pages[uri] = page
            files.append(file)
        for uri, data in _data_files(self._library, self._on):
            files.append(File.generated(config, uri, content=data))
        for path in _widget_files():
            uri = f"widgets/{path.relative_to(resource('widgets')).as_posix()}"
            files.append(File.generated(config, uri, abs_src_path=str(path)))
        return files

    def on_page_markdown(
        self, markdown: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Hook for the `on_page_markdown` event: title and template of a page of ours."""
        del config, files
        ours = self._pages.get(page.file.src_uri)
        if ours:
            page.meta.update({"title": ours.title, "template": ours.template})
        return markdown

    def on_page_content(
        self, html: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Hook for the `on_page_content` event: the text's body, byte for byte."""
        del config, files
        ours = self._pages.get(page.file.src_uri)
        if ours is None:
            return html
        page.toc = TableOfContents([_anchor(entry, 1) for entry in ours.toc])
        return ours.body

    def on_page_context(
        self, context: TemplateContext, /, *, page: MkDocsPage, config: MkDocsConfig, nav: Any
    ) -> TemplateContext:
        """Hook for the `on_page_context` event: what the templates print."""
        del nav
        ours = self._pages.get(page.file.src_uri)
        lang = ours.lang if ours else self._default_language(config)
        policies = self._library.policies.values()
        extra: dict[str, Any] = {
            "page": ours,
            "t": labels(lang),
            "labels": labels,
            "lang": lang,
            "languages": self._library.languages,
            "policies": policies,
            "cookies": next((policy for policy in policies if policy.file.cookies), None),
            "notice": self.config.notice.get(lang, ""),
            "api": self.config.api,
            "version": __version__,
        }
        context["cp"] = extra  # type: ignore[typeddict-unknown-key] # templates' own name
        return context

    def _default_language(self, config: MkDocsConfig) -> str:
        """Language of a page that is not ours: the theme's, when we speak it."""
        wanted = str(config.theme["language"])
        return wanted if wanted in available_languages() else self._library.languages[0]


def _data_files(library: Library, on: Any) -> list[tuple[str, bytes]]:
    data = [("policies.json", policies_json(library, on))]
    for policy in library.policies.values():
        for version in policy.versions:
            for lang in version.editions:
                path = edition_path(policy.id, version.id, lang)
                data.append((f"{path}edition.json", edition_json(policy, version, lang)))
    return data


def _widget_files() -> list[Path]:
    """The files a page loads: modules and message catalogs, not the demo."""
    root = resource("widgets")
    return sorted(
        path for path in (*root.glob("*.js"), *root.glob("messages/*.json")) if path.is_file()
    )


def _anchor(entry: TocEntry, level: int) -> AnchorLink:
    link = AnchorLink(escape(entry.title), entry.id, level + 1)  # the theme prints it as it is
    link.children = [_anchor(child, level + 1) for child in entry.children]
    return link
