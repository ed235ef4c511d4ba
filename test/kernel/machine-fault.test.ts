import { describe, expect, it } from 'vitest'
import { Fault } from '../../src/kernel/errors.js'
import { machineFault, machineFaultSaid } from '../../src/kernel/machine-fault.js'

const system = (code: string, more: object = {}) => Object.assign(new Error(`${code}: it failed`), { code, ...more })

describe('a fault of the machine', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'ENETUNREACH'])(
    '%s exits with 3',
    (code) => {
      expect(machineFault(system(code))).toMatchObject({
        code: 'MP-MACHINE',
        exit: 3,
        message: expect.stringContaining(code),
      })
    },
  )

  it('is found behind other errors', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: system('ENOSPC') }) })
    expect(machineFault(error)?.exit).toBe(3)
    expect(machineFault(system('ENOENT', { syscall: 'uv_cwd' }))?.message).toMatch(/removed/)
    expect(machineFault(system('EAGAIN', { syscall: 'spawn haproxy' }))?.message).toMatch(/processes/)
  })

  it('is none where a file is missing, or we are wrong', () => {
    expect(machineFault(system('ENOENT', { syscall: 'open' }))).toBeUndefined()
    expect(machineFault(new TypeError('x is undefined'))).toBeUndefined()
    expect(machineFault(system('toString'))).toBeUndefined()
    expect(machineFault('text')).toBeUndefined()
  })

  it('is told from what a program says of its file', () => {
    expect(machineFaultSaid(['it said: Error: Too many open files'])?.message).toMatch(/too many files/)
    expect(machineFaultSaid(['[haproxy.main()] Cannot raise FD limit to 2081, limit is 64.'])?.exit).toBe(3)
    expect(machineFaultSaid(['write: No space left on device'])?.exit).toBe(3)
    expect(machineFaultSaid(["unknown keyword 'foo' in 'global' section"])).toBeUndefined()
  })
})

describe('a fault', () => {
  it('has one line, whatever strangers put into it', () => {
    const fault = new Fault('MP-X', 'CN=a\n::error::b \u001b[31m\u202e', {
      hints: ['it said: x\n::warning::y\tz'],
      at: { file: 'a\n::error::b' },
    })
    expect(fault.message).toBe('CN=a\\n::error::b \\x1b[31m\\u202e')
    expect(fault.hints).toEqual(['it said: x\\n::warning::y z'])
  })
})
