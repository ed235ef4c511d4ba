import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll, owned } from '../../../src/host/process/lifetime.js'

// VerneMQ itself is not to be had here. What runs is a stand-in with the layout of a release: `bin/vernemq version`
// and `console`, which reads etc/vernemq.conf from where it stands, and `bin/vmq-admin session show`.
let folder: string
let program: string
let port: number

const vernemq = `#!/bin/sh
base=$(dirname "$(dirname "$0")")
[ "$1" = version ] && { echo 2.2.0; exit 0; }
exec "${process.execPath}" "$base/share/stand-in.mjs" "$base" "$@"
`
const standIn = `import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
const config = readFileSync(process.argv[2] + '/etc/vernemq.conf', 'utf8')
const wrong = /^(listener\\.ssl\\.\\S*proxy_protocol)/m.exec(config)
if (wrong) {
  console.log('[error] You\\'ve tried to set ' + wrong[1] + ', but there is no setting with that name.')
  process.exit(1)
}
if (!/^nodename = /m.test(config) || !/^distributed_cookie = /m.test(config)) process.exit(2)
createServer().listen(Number(/^listener.*:(\\d+)$/m.exec(config)[1]), '127.0.0.1')
`
const admin = `#!/bin/sh
case "$3" in
--client_id=one) echo '+---------+---------+---------+---------+'
  echo '|client_id|peer_host|peer_port|   user  |'
  echo '+---------+---------+---------+---------+'
  echo '|   one   |127.0.0.9|  40544  |undefined|'
  echo '+---------+---------+---------+---------+' ;;
esac
`

function script(path: string, text: string): string {
  const file = join(folder, 'release', path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

beforeEach(async () => {
  folder = (await makeWorkdir('test')).path
  port = await freePort()
  program = script('bin/vernemq', vernemq)
  script('bin/vmq-admin', admin)
  script('share/stand-in.mjs', standIn)
  script('releases/start_erl.data', '13 2.2.0')
})
afterEach(endAll)

async function start(more: string) {
  const driver = await driverFor('vernemq', { program })
  const configFile = join(folder, 'vernemq.conf')
  writeFileSync(configFile, `listener.tcp.haproxy = 127.0.0.1:${port}\n${more}\n`)
  return driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
}

describe('the vernemq driver, on a stand-in', () => {
  it('learns the version from the program', async () => {
    const driver = await driverFor('vernemq', { program })
    expect(await driver.facts()).toMatchObject({ version: '2.2.0', proxy: [1, 2] })
  })

  it('runs a private copy with the given file, and asks vmq-admin about clients', async () => {
    const broker = await start('listener.tcp.haproxy.proxy_protocol = on')
    expect(await broker.saw('one')).toMatchObject({ address: '127.0.0.9', port: 40544, username: undefined })
    expect(await broker.saw('two', 0)).toBeUndefined()
    await broker.stop()
    expect(owned().filter((one) => one.includes('pid'))).toEqual([])
  })

  it('gives its last words and the guilty line when it does not start', async () => {
    await expect(start('listener.ssl.x.proxy_protocol = on')).rejects.toMatchObject({
      code: 'MP-BROKER-START',
      at: { file: join(folder, 'vernemq.conf'), line: 2 },
    })
  })

  it('says so when a program is no movable release, or nothing at all', async () => {
    await expect(driverFor('vernemq', { program: '/nowhere/vernemq' })).rejects.toMatchObject({ exit: 3 })
    const lonely = join(folder, 'vernemq')
    writeFileSync(lonely, vernemq, { mode: 0o755 })
    const driver = await driverFor('vernemq', { program: lonely })
    const configFile = join(folder, 'vernemq.conf')
    writeFileSync(configFile, `listener.tcp.haproxy = 127.0.0.1:${port}\n`)
    const started = driver.start({ folder, configFile, listeners: [{ host: '127.0.0.1', port }] })
    await expect(started).rejects.toMatchObject({ code: 'MP-BROKER', exit: 3 })
  })
})
