{
  "targets": [
    {
      "target_name": "downloadview_sender",
      "sources": ["sender.c"],
      "cflags": ["-std=c11", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"],
      "ldflags": ["-s"]
    }
  ]
}
