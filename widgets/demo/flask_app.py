"""The sign-up of a Flask site: python widgets/demo/flask_app.py [PORT [CLAUSEPRESS]]."""

import sys

import receipts
from flask import Flask, Response, abort, request

PORT, CLAUSEPRESS = [*sys.argv[1:], "8001", "http://127.0.0.1:8000"][:2]
DOCUMENTS = ["user-agreement", "privacy"]

app = Flask(__name__)


@app.post("/account")
def account() -> Response:
    """Open an account if the agreement is on record."""
    try:
        records = receipts.check(CLAUSEPRESS, request.form.getlist("agreement"), DOCUMENTS)
    except receipts.NotAgreed as reason:
        abort(Response(str(reason), 422, mimetype="text/plain"))
    except OSError:
        abort(Response("It cannot be checked now; try again.", 503, mimetype="text/plain"))
    # … open the account, its receipts' ids beside it under a unique constraint
    return Response("\n".join(record["id"] for record in records.values()), mimetype="text/plain")


if __name__ == "__main__":
    app.run(port=int(PORT))
