/** A page with scripts in it, as somebody might upload it. */
export const HOSTILE_HTML = `\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>A harmless page</title>
  <style>
    body { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; background: #fff; color: #222 }
  </style>
</head>
<body>
  <h1 id="verdict">No script ran.</h1>
  <p>This page holds three that would read your session and delete your documents. The sandbox stopped them.</p>
  <img src="x" alt="" onerror="document.title = document.getElementById('verdict').textContent = 'A script ran!'">
  <script>
    document.title = document.getElementById('verdict').textContent = 'A script ran!'
    fetch('/library/', { credentials: 'include' }).then((reply) => reply.text()).then((text) => parent.postMessage(text, '*'))
  </script>
  <form action="/session/end/" method="post"><button>Win a prize</button></form>
  <script>document.forms[0].submit()</script>
</body>
</html>
`
