import { describe, expect, it } from 'vitest'
import { startChild } from '../../../src/host/process/children.js'
import { endAll, owned } from '../../../src/host/process/lifetime.js'

const node = process.execPath
const stubborn = `process.on('SIGTERM', () => console.log('no')); setInterval(() => {}, 1000); console.log('up')`

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('startChild', () => {
  it('keeps the output line by line and says how the child ended', async () => {
    const child = await startChild({
      name: 'talker',
      program: node,
      args: ['-e', `console.log('a\\nb'); process.exit(7)`],
    })
    expect(await child.exited).toEqual({ code: 7, signal: undefined })
    expect(child.log.lines()).toEqual(['a', 'b'])
    expect(child.alive()).toBe(false)
    await child.stop()
  })

  it('kills a child that ignores SIGTERM, and resolves only when it is gone', async () => {
    const child = await startChild({ name: 'stubborn', program: node, args: ['-e', stubborn], stopWithinMs: 100 })
    await child.log.waitFor((line) => line === 'up', 10_000)
    await child.stop()
    expect(exists(child.pid)).toBe(false)
    expect(await child.exited).toEqual({ code: undefined, signal: 'SIGKILL' })
    expect(child.log.lines()).toContain('no')
  })

  it('is owned while it runs, and closed with everything else', async () => {
    const child = await startChild({ name: 'sleeper', program: node, args: ['-e', 'setInterval(() => {}, 1000)'] })
    expect(owned()).toContain(`sleeper (pid ${child.pid})`)
    await endAll()
    expect(exists(child.pid)).toBe(false)
    expect(owned()).not.toContain(child.what)
  })

  it('says plainly that a program does not exist', async () => {
    await expect(startChild({ name: 'haproxy', program: '/nowhere/haproxy', args: [] })).rejects.toMatchObject({
      code: 'MP-PROGRAM',
      exit: 3,
      message: 'haproxy cannot be started from /nowhere/haproxy: there is no such program',
    })
  })
})
