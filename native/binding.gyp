{
  "variables": { "sonde_sanitize%": "" },
  "targets": [
    {
      "target_name": "sonde",
      "sources": ["addon.c", "handle.c", "message.c", "exchange.c", "watch.c", "resolver.c", "interfaces.c", "privileges.c"],
      "defines": ["NAPI_VERSION=8", "_GNU_SOURCE"],
      "cflags": ["-std=c11", "-Wall", "-Wextra", "-Wshadow", "-Wstrict-prototypes", "-Wno-unused-parameter", "-fvisibility=hidden", "-O2", "-fstack-protector-strong"],
      "conditions": [
        ["sonde_sanitize!=''", {
          "cflags": ["-fsanitize=<(sonde_sanitize)", "-fno-omit-frame-pointer", "-fno-sanitize-recover=undefined", "-g"],
          "ldflags": ["-fsanitize=<(sonde_sanitize)"]
        }]
      ]
    }
  ]
}
