import { describe, expect, it } from 'vitest'
import { formatRelease, isSkipped, parseRelease } from '../../../src/host/tools/catalogue.js'

describe('parseRelease', () => {
  it.each([
    ['haproxy', 'haproxy@3.2'],
    ['haproxy@2.6', 'haproxy@2.6'],
    ['haproxy@2.6.12', 'haproxy@2.6'],
    ['mosquitto', 'mosquitto@2.1'],
    ['rabbitmq', 'rabbitmq@4'],
    ['rabbitmq@4.3.6', 'rabbitmq@4'],
    ['rabbitmq@3.10.8', 'rabbitmq@3.10'],
  ])('takes %s as %s', (text, release) => {
    expect(formatRelease(parseRelease(text))).toBe(release)
  })

  it('names the tools it knows, the nearest first', () => {
    expect(() => parseRelease('mosquito')).toThrow(
      expect.objectContaining({ exit: 2, hints: ['did you mean mosquitto?', expect.stringContaining('haproxy@2.6')] }),
    )
  })

  it.each(['haproxy@1.5', 'haproxy@', 'haproxy@2', 'haproxy@2.60'])('refuses %s with the lines it knows', (text) => {
    expect(() => parseRelease(text)).toThrow(
      expect.objectContaining({ exit: 2, hints: expect.arrayContaining([expect.stringContaining('haproxy@3.2')]) }),
    )
  })
})

describe('isSkipped', () => {
  it('leaves out what only serves installing, and keeps what programs load', () => {
    expect(['adduser', 'systemd', 'passwd', 'perl-base'].filter(isSkipped)).toHaveLength(4)
    expect(['libc6', 'libsystemd0', 'libssl3t64', 'libpam0g', 'haproxy', 'mosquitto'].filter(isSkipped)).toEqual([])
  })
})
