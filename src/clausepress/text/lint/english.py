"""English words that legal prose is made of: one left in a Chinese sentence is a slip.

Not a dictionary: words that are also technical terms, names or commands (cookie, token, key, push)
are left out on purpose, since Chinese texts use them as they are.
"""

from __future__ import annotations

import re


def _read(words: str) -> frozenset[str]:
    return frozenset(words.split())


FUNCTION_WORDS = _read(
    """a an and any are as at be been but by can could each for from has have if in into is it its
    may might must nor not of on or our shall should such than that the their them these they
    this those to upon was we were when where which while who whom whose will with within
    without would you your"""
)
"""Articles, prepositions, pronouns, auxiliaries."""

_WORDS = _read(
    """about accept acceptance access accordance according accordingly account accounts accurate
    act action actions activities activity additional address addresses administrative affiliate
    affiliated affiliates after against agree agreed agreement agreements agrees all allow
    allowed also always amend amount annual another apply applicable appropriate approval
    arbitration authority authorities authorized available balance bank based basic because
    become before behavior behaviour below benefit benefits best between beyond both breach
    business businesses buy buyer calendar called cancel cannot care case cases cause caused
    cease certain change changes charge charges children choose choice circumstances claim
    claims clause clauses clear collect collected collection collects comment commercial common
    communicate companies company compensation competent complaint complaints complete comply
    conditions conduct confidential confirm consent consents consequences contact contacts
    contain content contents contract contracts control controller copies copyright correct
    correction corresponding cost costs country court courts create credit customer customers
    damage damages date dates day days deal decide decision deem deemed defined delete deleted
    deletion deliver delivery describe described details determine different direct directly
    disclose disclosed disclosure disclosures discount dispute disputes does due duly during
    duty effect effective either employee employees encrypted end enjoy ensure entity entities
    entire especially etcetera even event events every example except exclude exclusive exercise
    existing expense expenses explicit express extent failure fair family fee fees financial
    following free full fully further future general give given good goods government governing
    group guarantee guardian guardians handle harm hereby herein hereof high history hold
    however identify identity illegal immediately important improve include included includes
    including income indirect individual individuals industry inform information informed infringe
    infringement intellectual intend interest interests internal interrupt issued item
    items joint judgment jurisdiction just keep kind know large law lawful laws lawsuit least
    legal legitimate less liability liable license limit limitation limited listed loss losses
    maintain make manage management manner marketing material matter matters means measure
    measures meet member members method methods minor minors modify modified month months more
    most name names nature necessary need needed neither never new notice notices notify
    notified obligation obligations obtain obtained occur offer offline online only operate
    operation operator opinion option orally order orders organization other others otherwise
    outside own owner paid paper paragraph parent parents part parties partner partners party
    pay payable payment payments penalty people performance period periods permission permit
    person personal persons phone place please policies policy possible prevent previous price
    prices prior privacy private problem problems procedure procedures process processed
    processing product products prohibit promise promptly proper property protect protected
    protection provide provided provider providers provides provision provisions public publish
    purchase purpose purposes question questions reason reasonable reasons receive received
    recipient recipients record records refund refunds refuse regarding regulation regulations
    regulatory related relevant reliable remain remedy remove rent report request requests
    require required requirement requirements research resolve respect respective response
    responsibility responsibilities responsible result results retain retained return review
    revise right rights risk risks rules safe safety same scope secure security see sell seller
    send sensitive sent separate separately service services several share shared shares sharing
    signature signed similar simple some special specific specified standard standards states
    statement still stop storage stored subject submit successor suffer supplier suppliers
    supplement suspend take taken tax taxes technical technology telephone terminate terminated
    termination terms then there therefore thereof third through time timely times together
    total transaction transactions transfer transferred transfers true type types unable
    unauthorized under understand unless unlawful until update updated usage use used user users
    uses using usually valid various via violate violation visit visitor visitors waive warranty
    warranties way ways website websites well what whether why wish withdraw withdrawal work
    works written year years"""
)
_SUFFIX = re.compile(
    r"[a-z]{3,}(?:tions?|ments?|ness|ances?|ences?|ibilit(?:y|ies)|abilit(?:y|ies)|ible|able|ously"
    r"|fully|ally|edly|ively|ately)$"
)
_TECHNICAL = _read(
    """authentication authorization application applications configuration instance instances
    notification notifications function functions session environment deployment annotation
    variable executable segment transaction finally reference"""
)


def is_english(word: str) -> bool:
    """Whether a lower-case word is one that legal prose uses and no technical text keeps."""
    return (
        word in FUNCTION_WORDS
        or word in _WORDS
        or (word not in _TECHNICAL and _SUFFIX.fullmatch(word) is not None)
    )
