"""The MkDocs plugin: each hook hands over to a plain function."""

from __future__ import annotations

import datetime as dt
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import ChoiceLoader, DictLoader, Environment
from mkdocs.config import config_options as opt
from mkdocs.config.base import Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.templates import TemplateContext

from clausepress import __version__
from clausepress.archive.checks import warn_unfrozen
from clausepress.archive.library import load_library
from clausepress.archive.lifecycle import today
from clausepress.archive.manifest import KEYS
from clausepress.errors import ClausepressError
from clausepress.i18n import available_languages, labels
from clausepress.resources import resource
from clausepress.site.around import make_around
from clausepress.site.cache import Cache
from clausepress.site.dates import Site
from clausepress.site.lean import STYLE as THEME_STYLE
from clausepress.site.lean import is_lean, theme_style
from clausepress.site.metadata import page_head
from clausepress.site.notices import DAYS
from clausepress.site.outputs import data_files, write_archive, write_searches
from clausepress.site.pages import site_pages
from clausepress.site.pages.model import Content, Page, TocEntry, facts
from clausepress.site.pages.not_found import NOT_FOUND, not_found_page, not_found_pages
from clausepress.site.pdf import can_make, write_pdfs
from clausepress.site.redlines import Redlines
from clausepress.site.reuse import Reuse, open_reuse
from clausepress.site.safety import FILE, headers_file, page_policy, script_hashes
from clausepress.site.sitemap import robots, sitemap
from clausepress.site.style import STYLE, with_words
from clausepress.site.templates import COMPILED
from clausepress.site.titles import mark_title
from clausepress.site.widgets import built_widgets

_log = get_plugin_logger("clausepress")


class ByLanguage(opt.DictOfItems[str]):
    """A text per language of the catalogs."""

    def __init__(self) -> None:
        """Without any it is empty."""
        super().__init__(opt.Type(str), default={})

    def run_validation(self, value: object) -> dict[str, str]:
        """Return it; raises ValidationError naming a language or a text that cannot be shown."""
        texts: dict[str, str] = super().run_validation(value)
        for lang, text in texts.items():
            if lang not in (known := available_languages()):
                raise ValidationError(
                    f"there is no language {lang!r}; name one of: {', '.join(known)}"
                )
            if not text.strip():
                raise ValidationError(
                    f"the text for {lang!r} is empty; write it, or leave {lang!r} out"
                )
        return texts


class ClausepressConfig(Config):  # type: ignore[no-untyped-call] # MkDocs' hook has no types
    """Options of the plugin in ``mkdocs.yml``."""

    site_name = ByLanguage()
    """The site's name per language, where that of ``mkdocs.yml`` is not to stand in all."""
    notice = ByLanguage()
    """A line shown on every page, per language."""
    api = opt.Type(str, default="")
    """URL of the API's ``/v1/`` folder when it is not on the site's own origin; ``none`` for a site
    without one: pages then have no widgets and no forms."""
    notice_days = opt.Type(int, default=DAYS)
    """Days for which every page announces a version after it took effect."""
    pdf = opt.Type(bool, default=False)
    """Whether every edition is there as PDF too; it needs the extra ``clausepress[pdf]``."""


class ClausepressPlugin(BasePlugin[ClausepressConfig]):  # type: ignore[no-untyped-call] # as above
    """Turns ``docs/<policy>/<version>/<lang>.md`` into the pages of a policy site.

    Hooks: ``on_config`` reads the library and adds templates; ``on_files`` swaps sources for
    pages, JSON and widgets, and places what an earlier build printed; ``on_page_markdown`` gives
    each other page its title, ``on_page_context`` its body and its template's data;
    ``on_post_page`` keeps what was printed; ``on_post_build`` adds the archive and the sitemap.
    """

    on: dt.date | None = None
    """The day whose state the site shows; None, as under ``mkdocs serve``, is today."""
    pdf = False
    """Whether this build is to make PDFs although the configuration does not say so."""

    _preview = False

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Hook for the `on_startup` event: ``mkdocs serve`` writes a script of its own into every
        page, another one each time, so there the pages have no Content Security Policy."""
        del dirty
        self._preview = command == "serve"

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
        if (days := self.config.notice_days) < 0:
            raise PluginError("clausepress: notice_days counts days: set it to 0 or more")
        self._on = self.on or today()
        for warning in warn_unfrozen(self._library, self._on):
            _log.warning(warning)
        self._shown = self._library.public(self._on)
        for name in self._library.policies.keys() - self._shown.policies.keys():
            _log.warning(
                f"{self._library.policies[name].path}: every version is a draft, so the site does"
                " not show this policy\n  fix: state announced_on or updated_on in version.yml"
            )
        self._site = Site(config.site_name, config.site_url or "", self.config.site_name)
        self._api = None if self.config.api == "none" else self.config.api
        self._lean = is_lean(config)
        self._around = make_around(
            self._shown,
            self._on,
            self._site,
            self.config.notice,
            api=self._api,
            lean=self._lean,
            notice_days=days,
        )
        self._pdf = self.pdf or self.config.pdf
        if self._pdf and not can_make():
            _log.warning(
                "no PDF is made: WeasyPrint, or the Pango library that it loads, is not installed\n"
                "  fix: pip install 'clausepress[pdf]', on Debian also apt install libpango-1.0-0"
                " libpangoft2-1.0-0; or build without PDF"
            )
            self._pdf = False
        self._pages: dict[str, Page] = {}
        self._reuse: Reuse | None = None
        self._listed: list[Page] = []
        # A site's own custom_dir stays in front of our templates, the theme behind them.
        place = 1 if config.theme.custom_dir else 0
        config.theme.dirs.insert(place, str(resource("overrides")))
        config.theme["font"] = False  # fonts from a third party would tell it who reads
        config.theme["features"] = [*config.theme["features"], "toc.follow"]
        config.extra["generator"] = False
        # Where the theme keeps a reader's settings; so its script is the same on every page.
        config.extra.setdefault("scope", urlsplit(config.site_url or "").path or "/")
        config.extra_css.append("assets/clausepress.css")
        config.theme.static_templates.discard("sitemap.xml")  # it would lack what is not rendered
        config.theme.static_templates.update(not_found_pages(self._shown.languages))
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Hook for the `on_files` event: sources out, pages, JSON and widgets in."""
        for source in [
            file
            for file in files
            if file.src_uri.split("/")[0] in self._library.policies or file.src_uri == KEYS
        ]:
            files.remove(source)
        if theirs := files.get_file_from_path("sitemap.xml"):
            files.remove(theirs)  # the theme's template, as it is
        taken = {file.dest_uri: file.src_uri for file in files}
        lang, api = self._default_language(config), self._api
        site = Path(config.site_dir)
        own = [(file.src_uri, file.content_string) for file in files.documentation_pages()]
        self._reuse = open_reuse(config, facts(self._around.names(), own, self._preview))
        redlines = Redlines(self._reuse.cache, self._reuse.shell) if self._reuse else Redlines()
        for page in site_pages(self._library, self._on, lang, redlines, api, pdf=self._pdf):
            uri = f"{page.url}index.md"
            file = File.generated(config, uri, content="", inclusion=InclusionLevel.NOT_IN_NAV)
            if file.dest_uri in taken:
                if not page.url:
                    continue  # the site has a root page of its own
                raise PluginError(
                    f"clausepress: {taken[file.dest_uri]} and the page of a policy would both be"
                    f" {file.dest_uri}\n  fix: give that page another name"
                )
            if page.indexed:
                self._listed.append(page)
            beside = self._around.beside(page)
            # The theme asks for the root page wherever it stands, so that one is always printed.
            if self._reuse and page.url and self._reuse.place(page, beside, site):
                continue
            self._pages[uri] = page
            files.append(file)
        if style := files.get_file_from_path(STYLE):
            files.remove(style)
            css = with_words(style.content_string, self._shown.languages)
            files.append(File.generated(config, STYLE, content=css))
            if self._lean:
                theme = theme_style(config, css)
                files.append(File.generated(config, THEME_STYLE, content=theme))
        if (told_robots := robots(self._site)) and not files.get_file_from_path("robots.txt"):
            files.append(File.generated(config, "robots.txt", content=told_robots))
        for uri, data in data_files(self._library, self._on, self._site, api):
            files.append(File.generated(config, uri, content=data))
        for name, content in built_widgets(resource("widgets")).items():
            for folder in ("widgets", f"widgets/{__version__}"):
                files.append(File.generated(config, f"{folder}/{name}", content=content))
        return files

    def on_page_markdown(
        self, markdown: str, /, *, page: MkDocsPage, config: MkDocsConfig, files: Files
    ) -> str:
        """Hook for the `on_page_markdown` event: title and template of a page of ours."""
        del config, files
        if ours := self._pages.get(page.file.src_uri):
            page.meta.update({"title": ours.title, "template": ours.template})
            if not ours.indexed:
                page.meta["search"] = {"exclude": True}
        return markdown

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> Environment:
        """Hook for the `on_env` event: within a build no template changes, so none is looked at
        again for each page, nor compiled again in a later build."""
        del files
        env.bytecode_cache = COMPILED
        copies = dict.fromkeys(not_found_pages(self._shown.languages), "{% extends '404.html' %}")
        env.filters["mark_title"] = mark_title
        env.loader = ChoiceLoader([DictLoader(copies), *([env.loader] if env.loader else [])])
        self._templates = env
        env.auto_reload = False
        self._policy = page_policy(script_hashes(env, config), self._api)
        env.globals["csp"] = "" if self._preview else self._policy
        return env

    def on_template_context(
        self, context: TemplateContext, /, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Hook for the `on_template_context` event: a page for addresses that are none is printed
        wherever it is asked for, so its links are from the root."""
        found = not_found_pages(self._shown.languages)
        if template_name == NOT_FOUND or template_name in found:
            lang = found.get(template_name)
            default = self._default_language(config)
            languages = sorted(self._shown.languages, key=lambda each: each != default)
            page = not_found_page(languages, lang) if lang else None
            around = (
                self._around.context(page, lang, Content())
                if lang
                else {"api": None, "site": self._site}
            )
            context["base_url"] = urlsplit(config.site_url or "/").path
            context["cp"] = {  # type: ignore[typeddict-unknown-key] # templates' own name
                **around,
                "policies": self._shown.policies.values(),
                "parts": [labels(each) for each in ([lang] if lang else languages)],
                "lean": self._lean,
            }
        return context

    @event_priority(100)  # before a search plugin reads the text
    def on_page_context(
        self, context: TemplateContext, /, *, page: MkDocsPage, config: MkDocsConfig, nav: Any
    ) -> TemplateContext:
        """Hook for the `on_page_context` event: what the templates print, the text's body byte for
        byte; made only now, and let go in `on_post_page`."""
        del nav
        ours = self._pages.get(page.file.src_uri)
        lang = ours.lang if ours else self._default_language(config)
        content = self._content(ours) if ours else Content()
        if ours:
            page.content = content.body
            page.toc = TableOfContents([_anchor(entry, 1) for entry in content.toc])
        context["cp"] = {  # type: ignore[typeddict-unknown-key] # templates' own name
            **self._around.context(ours, lang, content),
            "data": content.data,
            "toc": content.toc,
            "head": page_head(ours, content.data, self._site, self._default_language(config))
            if ours
            else None,
        }
        return context

    def on_post_page(self, output: str, /, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Hook for the `on_post_page` event: what was printed is kept, but not in memory."""
        del config
        if ours := self._pages.get(page.file.src_uri):
            page.content, page.toc = "", TableOfContents([])
            if self._reuse and ours.url:
                self._reuse.keep(ours, output)
        return output

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Hook for the `on_post_build` event: the archive byte for byte, what searches read of it,
        the sitemap, headers for static hosts, PDFs."""
        site = Path(config.site_dir)
        cache = self._reuse.cache if self._reuse else None
        write_archive(self._shown, site, cache)
        write_searches(self._shown, self._on, site, cache)
        if not (site / FILE).exists():  # a site's own stays
            (site / FILE).write_text(headers_file(self._policy, config.extra["scope"]), "utf-8")
        if listed := sitemap(self._site, self._listed, self._default_language(config)):
            (site / "sitemap.xml").write_bytes(listed)
        if cache:
            cache.finish()
        if self._pdf:
            folder = Path(str(config.config_file_path)).parent / ".cache" / "clausepress-pdf"
            try:
                write_pdfs(self._shown, site, self._site.url, self._templates, Cache(folder))
            except ClausepressError as error:
                raise PluginError(str(error)) from error

    def _content(self, page: Page) -> Content:
        try:
            return page.make()
        except ClausepressError as error:
            raise PluginError(str(error)) from error

    def _default_language(self, config: MkDocsConfig) -> str:
        """Language of a page that is not ours: the theme's, when we speak it."""
        wanted = str(config.theme["language"])
        return wanted if wanted in available_languages() else self._library.languages[0]


def _anchor(entry: TocEntry, level: int) -> AnchorLink:
    link = AnchorLink(escape(entry.title), entry.id, level + 1)  # the theme prints it as it is
    link.children = [_anchor(child, level + 1) for child in entry.children]
    return link
