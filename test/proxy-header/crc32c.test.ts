import { expect, it } from 'vitest'
import { crc32c } from '../../src/proxy-header/index.js'
import { ascii } from './bytes.js'

it('gives the check value and the test vectors of RFC 3720 B.4', () => {
  expect(crc32c(ascii('123456789'))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e)
})

it('takes four bytes as zero where it is told to', () => {
  expect(crc32c(ascii('ab1234cd'), 2)).toBe(crc32c(ascii('ab\0\0\0\0cd')))
})
