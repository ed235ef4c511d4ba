import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { startChild } from '../../../src/host/process/children.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { waitForListeners } from '../../../src/host/process/readiness.js'
import { probeOne } from './listeners.js'

let plain = 0
let v1 = 0
let relay = 0
let sender = 0
let receiver = 0

beforeAll(async () => {
  const folder = (await makeWorkdir('test')).path
  ;[plain = 0, v1 = 0, relay = 0, sender = 0, receiver = 0] = await freePorts(5)
  const listening = (...ports: number[]) => ports.map((port) => ({ host: '127.0.0.1', port }))
  const configFile = join(folder, 'mosquitto.conf')
  writeFileSync(
    configFile,
    `allow_anonymous true\nlistener ${plain} 127.0.0.1\nlistener ${v1} 127.0.0.1\nenable_proxy_protocol 1\n`,
  )
  await (await driverFor('mosquitto')).start({ folder, configFile, listeners: listening(plain, v1) })

  const { program } = await findProgram('nginx')
  const module = join(dirname(program), '../root/usr/lib/nginx/modules/ngx_stream_module.so')
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `load_module ${module};
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr;
events {}
stream {
  server { listen 127.0.0.1:${relay}; proxy_pass 127.0.0.1:${plain}; }
  server { listen 127.0.0.1:${sender}; proxy_pass 127.0.0.1:${v1}; proxy_protocol on; }
  server { listen 127.0.0.1:${receiver} proxy_protocol; proxy_pass 127.0.0.1:${plain}; }
}
`,
  )
  const child = await startChild({
    name: 'nginx',
    program,
    args: ['-c', file, '-p', folder, '-e', 'stderr'],
    cwd: folder,
  })
  const missing = await waitForListeners(listening(relay, sender, receiver), { alive: child.alive })
  expect({ missing, log: child.log.lines() }).toMatchObject({ missing: [] })
})
afterAll(endAll)

/** nginx closes both sides when the broker has closed, so that it is not seen as a relay; that it is one is not claimed. */
describe('the verdict on an nginx stream', () => {
  it('that passes bytes on is what the broker behind it is', async () => {
    expect((await probeOne(`127.0.0.1:${relay}`)).verdict).toMatchObject({ kind: 'plain', relay: false })
  })

  it('that adds a version 1 header takes plain clients and no headers', async () => {
    expect((await probeOne(`127.0.0.1:${sender}`)).verdict).toMatchObject({ kind: 'plain', proxy: { versions: [] } })
  })

  it('that wants a header takes both versions', async () => {
    expect((await probeOne(`127.0.0.1:${receiver}`)).verdict).toMatchObject({
      kind: 'proxy-required',
      proxy: { required: true, versions: [1, 2] },
    })
  })
})
