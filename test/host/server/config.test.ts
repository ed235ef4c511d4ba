import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { readPlan } from '../../../src/host/server/config.js'

afterAll(endAll)

describe('a port beside a configuration', () => {
  it.each([
    ['mosquitto.conf', 'listener 1884 127.0.0.1\nallow_anonymous true\n'],
    ['vernemq.conf', 'listener.tcp.default = 127.0.0.1:1884\nallow_anonymous = on\n'],
  ])('has no effect on the listeners of a %s, and that is said', async (name, text) => {
    const file = join((await makeWorkdir('run')).path, name)
    await writeFile(file, text)
    const plan = readPlan(file, { ports: [1999], manner: 'mosquitto' })
    expect(plan.listeners.map((one) => one.at)).toEqual([{ host: '127.0.0.1', port: 1884 }])
    expect(plan.notes).toEqual([`Note: -p has no effect here: ${file} opens listeners of its own.`])
  })

  it('is the one of a file that opens no listener', async () => {
    const file = join((await makeWorkdir('run')).path, 'mosquitto.conf')
    await writeFile(file, 'max_connections 10\n')
    const plan = readPlan(file, { ports: [1999], manner: 'mosquitto' })
    expect(plan.listeners.map((one) => one.at)).toContainEqual({ host: '127.0.0.1', port: 1999 })
    expect(plan.notes.join()).not.toContain('-p')
  })
})
