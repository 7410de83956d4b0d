"""More settings in one installation: `put_beside(store, {key: name})` copies the sample school's row."""

from sqlalchemy import text


def put_beside(store, named):
    with store.writing() as conn:
        columns = [one[1] for one in conn.execute(text("pragma table_info(school)")) if one[1] != "key"]
        copied = ", ".join(":name" if one == "name" else one for one in columns)
        conn.execute(
            text(
                f"insert into school (key, {', '.join(columns)}) "
                f"select :key, {copied} from school where key = 'merriwell-green'"
            ),
            [{"key": key, "name": name} for key, name in named.items()],
        )
