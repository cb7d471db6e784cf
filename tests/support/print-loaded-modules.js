import { register } from 'node:module';

/** Makes a program tell on standard error, with a leading `loaded `, every module that it loads. Used with `node --import`. */
register(
  'data:text/javascript,' +
    encodeURIComponent(`
      import { writeSync } from 'node:fs';
      export async function load(url, context, next) {
        writeSync(2, 'loaded ' + url + '\\n');
        return next(url, context);
      }
    `),
);
