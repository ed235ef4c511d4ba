import { networkInterfaces } from 'node:os'

/** Whether `::1` is an address of this machine. */
export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === '::1'))
}
