import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `jq` for the paths that examples ask for: `.a`, `.a[].b`; as the real one, it fails for what is no JSON. */
const jq = `
const [path] = process.argv.slice(2)
if (!/^(\\.\\w+(\\[\\])?)+$/.test(path ?? '')) throw new Error('the stand-in for jq does not know ' + path)
let text = ''
for await (const chunk of process.stdin) text += chunk
let values = [JSON.parse(text)]
for (const [, name, each] of path.matchAll(/\\.(\\w+)(\\[\\])?/g)) {
  values = values.map((value) => value[name])
  if (values.includes(undefined)) throw new Error('no ' + name)
  if (each) values = values.flat()
}
for (const value of values) console.log(JSON.stringify(value, undefined, 2))
`

/** `ncat HOST PORT`: sends stdin, prints the answer, and says how much went each way when the other side has closed. */
const ncat = `
import { connect } from 'node:net'
const [host, port] = process.argv.slice(2)
const socket = connect({ host, port: Number(port), allowHalfOpen: true })
process.stdin.pipe(socket, { end: false })
socket.pipe(process.stdout)
socket.on('error', (error) => { console.error(error.message); process.exitCode = 1 })
socket.on('end', () => { console.error('sent ' + socket.bytesWritten + ', got ' + socket.bytesRead); socket.destroy() })
`

/** It needs the test that is named, and runs the HAProxy that its variable names. */
const varnishtest = `#!/bin/sh
test -s "$1" && exec "$HAPROXY_PROGRAM" -v
`

/** Puts programs that examples pipe into, but that nothing here installs, into the folder. */
export async function writeStandIns(bin: string): Promise<void> {
  const node = (script: string) => `#!/bin/sh\nexec '${process.execPath}' '${bin}/${script}' "$@"\n`
  const files = { 'jq.mjs': jq, 'ncat.mjs': ncat, jq: node('jq.mjs'), ncat: node('ncat.mjs'), varnishtest }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(bin, name), text)
    await chmod(join(bin, name), 0o755)
  }
}
