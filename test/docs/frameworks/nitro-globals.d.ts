/** Nitro imports it by itself. */
declare const defineEventHandler: typeof import('h3-1')['defineEventHandler']
