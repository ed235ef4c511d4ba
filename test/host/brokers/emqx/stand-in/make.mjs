// Makes a release folder of a stand-in for EMQX: `node make.mjs FOLDER` prints the path of its `bin/emqx`.
//
// No EMQX was run: it does what the source of EMQX 5.8 and 6 says (bin/emqx, emqx_mgmt_cli, emqx_schema, August 2026):
// - it says what it is in `releases/emqx_vars`; its scripts go to the release's folder;
// - it wants a node name with a host, reads `etc/emqx.conf`, and variables `EMQX_...` win over the file;
// - listeners that no line names are opened, unless they are turned off;
// - a value that the schema does not know ends it: `check_config` says why, and `foreground` as well;
// - its listeners are open before it prints that it runs; `emqx ctl` answers from then on, a moment each time;
// - `clients list` names sessions by client id, username and peer, with `undefined` for nobody.
// MQTT itself, and the CN as username, are those of the embedded broker. The version ends in -stand-in, so that no result
// looks like one of EMQX.
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
  write('releases/emqx_vars', 'REL_VSN="5.8.9-stand-in"\nERTS_VSN="15.2"\nREL_NAME="emqx"\n')
  write('lib/README', 'a release has its code here\n')
  write('etc/acl.conf', '{allow, all}.\n')
  write('etc/emqx.conf', 'dashboard.listeners.http.bind = 18083\n')
  return write(
    'bin/emqx',
    `#!/bin/sh
base=$(cd "$(dirname "$0")/.." && pwd)
cd "$base" || exit 1
exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(here, 'emqx.mjs'))} "$base" "$@"
`,
    0o755,
  )
}

const [, called, folder] = process.argv
if (called === fileURLToPath(import.meta.url)) console.log(makeStandIn(resolve(folder ?? 'emqx-stand-in')))
