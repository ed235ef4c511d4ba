/** Adds words to the server line. */
export const onServer = (words: string) => (text: string) => text.replace(/^( +server broker1 .*)$/m, `$1 ${words}`)
export const inGlobal = (line: string) => (text: string) => text.replace(/^global\n/m, `global\n    ${line}\n`)
export const inBackend =
  (...lines: readonly string[]) =>
  (text: string) =>
    text.replace(/^(backend mqtt_backend\n)/m, `$1${lines.map((one) => `    ${one}\n`).join('')}`)
export const idle = (time: string) => (text: string) =>
  text.replace(/timeout (client|server) \S+/g, `timeout $1 ${time}`)
export const both =
  (...edits: readonly ((text: string) => string)[]) =>
  (text: string) =>
    edits.reduce((one, edit) => edit(one), text)
export const without = (words: RegExp) => (text: string) => text.replace(words, '')

/** CONNECT of client id "prob" with keepalive 60, and the CONNACK that has to follow. */
export const mqttCheck = [
  'option tcp-check',
  'tcp-check connect default',
  'tcp-check send-binary 101000044d5154540402003c000470726f62',
  'tcp-check expect binary 20020000',
]
export const quick = 'inter 150ms fastinter 150ms downinter 150ms rise 1 fall 1'
/** A second port for health checks; our own listener stands there. */
export const portForChecks = 1890
