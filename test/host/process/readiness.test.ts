import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { freePort } from '../../../src/host/net/ports.js'
import { answers, serving, waitForListeners } from '../../../src/host/process/readiness.js'

describe('waitForListeners', () => {
  it('returns when the last of them listens, without connecting where the kernel lists its sockets', async () => {
    const port = await freePort()
    const folder = await makeWorkdir('test')
    const path = join(folder.path, 's')
    let connections = 0
    const tcp = createServer(() => connections++)
    const unix = createServer()
    const waiting = waitForListeners([{ host: '127.0.0.1', port }, { path }])
    unix.listen(path, () => tcp.listen(port, '127.0.0.1'))
    expect(await waiting).toEqual([])
    if (process.platform === 'linux') expect(connections).toBe(0)
    tcp.close()
    unix.close()
    await folder.remove()
  })

  it('names those that never came', async () => {
    const port = await freePort()
    const listener = { host: '127.0.0.1', port }
    expect(await waitForListeners([listener], { withinMs: 0 })).toEqual([listener])
    expect(await answers(listener)).toBe(false)
  })

  it('stops asking when the program has ended', async () => {
    const port = await freePort()
    const missing = await waitForListeners([{ host: '127.0.0.1', port }], { withinMs: 60_000, alive: () => false })
    expect(missing).toHaveLength(1)
  })
})

describe('serving', () => {
  it('has stopped a program that ended, and says how many listeners never came', async () => {
    const stopped: string[] = []
    const stop = async () => {
      stopped.push('stop')
    }
    const listeners = [{ host: '127.0.0.1', port: await freePort() }]
    const starting = { listeners, withinMs: 60_000, signal: undefined, alive: () => false, stop }
    expect(await serving(starting)).toEqual({ ready: false, missing: 1 })
    expect(stopped).toEqual(['stop'])
  })

  it('has stopped a program whose start is called off', async () => {
    const stopped: string[] = []
    const stop = async () => {
      stopped.push('stop')
    }
    const listeners = [{ host: '127.0.0.1', port: await freePort() }]
    const signal = AbortSignal.abort()
    await expect(serving({ listeners, withinMs: 60_000, signal, alive: () => true, stop })).rejects.toThrow()
    expect(stopped).toEqual(['stop'])
  })
})
