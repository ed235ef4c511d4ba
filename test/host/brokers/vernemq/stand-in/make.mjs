// Makes a release folder of a stand-in for VerneMQ: `node make.mjs FOLDER` prints the path of its `bin/vernemq`.
//
// It behaves as VerneMQ 2.2.0 (OTP 27) was measured on 2026-11-26, where a driver can go wrong:
// - without `distributed_cookie` it does not start; `console` says only that the configuration is wrong, and
//   `config generate` says why;
// - its scripts go to the release's folder, so relative paths are looked up there;
// - it listens before its commands are known, and a second before its plugins are up: until then `vmq-admin` answers
//   with its usage (exit 1), then with an empty table, and every SUBSCRIBE is refused;
// - vmq_acl is on by default and needs `etc/vmq.acl`;
// - `session show` knows sessions while they are open; tables have bold column names and cut what is too wide,
//   `--format=json` gives everything, with `null` for nobody;
// - each `vmq-admin` takes a quarter of a second, and starts `epmd -daemon` when none answers;
// - it goes on without a listener whose port is taken or whose certificate is not there.
// MQTT itself, and the CN as username, are those of the embedded broker. Not here: crashes on v1 UNKNOWN and UNSPEC.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))

export function makeStandIn(folder) {
  const write = (path, text, mode = 0o644) => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    chmodSync(file, mode)
    return file
  }
  const script = (name) => `#!/bin/sh
base=$(cd "$(dirname "$0")/.." && pwd)
cd "$base" || exit 1
exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(here, name))} "$base" "$@"
`
  write('bin/vmq-admin', script('admin.mjs'), 0o755)
  write(
    'erts-15.0/bin/epmd',
    `#!/bin/sh\nexec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(here, 'epmd.mjs'))} "$0" "$@"\n`,
    0o755,
  )
  write('releases/start_erl.data', '15.0 2.2.0\n')
  write('lib/README', 'a release has its code here\n')
  write('etc/vmq.acl', 'topic #\n')
  write('etc/vernemq.conf', 'listener.tcp.default = 127.0.0.1:1883\n')
  return write('bin/vernemq', script('vernemq.mjs'), 0o755)
}

const [, called, folder] = process.argv
if (called === fileURLToPath(import.meta.url)) console.log(makeStandIn(resolve(folder ?? 'vernemq-stand-in')))
