import type { Type } from '@nestjs/common'

/**
 * Applies Nest's decorators to a class, to its methods, and to parameters: `send: [Get('file'), [Req(), Res()]]`.
 *
 * They are of the old kind, which this project is not compiled with.
 */
export function decorate(
  target: Type,
  ofClass: readonly ClassDecorator[],
  ofMethods: Readonly<Record<string, readonly (MethodDecorator | readonly ParameterDecorator[])[]>> = {},
): void {
  for (const [name, decorators] of Object.entries(ofMethods)) {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name) as PropertyDescriptor
    for (const decorator of decorators) {
      if (typeof decorator === 'function') decorator(target.prototype, name, descriptor)
      else decorator.forEach((each, index) => void each(target.prototype, name, index))
    }
  }
  for (const decorator of ofClass) decorator(target)
}
