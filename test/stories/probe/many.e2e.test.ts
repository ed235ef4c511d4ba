import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { driverFor } from '../../../src/host/brokers/index.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { probe } from '../../../src/stories/probe/probe.js'
import { listen } from '../../host/listening.js'
import { requestFor } from './listeners.js'

afterAll(endAll)

it('comes to an end with every one of many targets, silent ones among them', async () => {
  const folder = (await makeWorkdir('test')).path
  const [plain = 0, proxy = 0, closed = 0] = await freePorts(3)
  const configFile = join(folder, 'mosquitto.conf')
  const text = `listener ${plain} 127.0.0.1\nlistener ${proxy} 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n`
  await writeFile(configFile, text)
  const listeners = [plain, proxy].map((port) => ({ host: '127.0.0.1', port }))
  await (await driverFor('embedded')).start({ folder, configFile, listeners })
  const silent = await listen(() => {})
  const kinds = [plain, proxy, silent, closed]
  const targets = Array.from({ length: 200 }, (_, index) => `127.0.0.1:${kinds[index % kinds.length]}`)
  const { probed } = await probe(requestFor(targets, { timeoutMs: 1000 }))
  // What an answer comes to is tested one by one: a busy machine may be late with one of so many.
  const kindsOf = (port: number) => [
    ...new Set(probed.filter(({ target }) => target.port === port).map(({ verdict }) => verdict.kind)),
  ]
  expect(probed).toHaveLength(targets.length)
  expect([kindsOf(silent), kindsOf(closed)]).toEqual([['silent'], ['closed']])
})
