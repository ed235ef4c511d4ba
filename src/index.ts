export type { Decoded, HeaderSpec, ProxyHeader } from './proxy-header/types.js'
