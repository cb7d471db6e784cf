import { describe, expect, test } from 'vitest';
import { TargetUrl } from './target-url.ts';

describe('TargetUrl', () => {
  test.each([
    ['http://shop', 'http://shop', '/'],
    ['http://shop/', 'http://shop/', '/'],
    ['http://shop:8080/a/../b', 'http://shop:8080/a/../b', '/a/../b'],
    ['http://shop/%2e%2e/%41', 'http://shop/%2e%2e/%41', '/%2e%2e/%41'],
    ['http://shop/a b<c>', 'http://shop/a%20b%3Cc%3E', '/a%20b%3Cc%3E'],
    ['http://shop/%zz', 'http://shop/%25zz', '/%25zz'],
    ['http://shop/?q=%27%20', 'http://shop/?q=%27%20', '/?q=%27%20'],
    ['http://shop?q=<a b>', 'http://shop?q=<a+b>', '/?q=<a+b>'],
    ['http://shop/?a=1&b=2&a=3', 'http://shop/?a=1&a=3&b=2', '/?a=1&a=3&b=2'],
    ['http://shop/?a=&b', 'http://shop/?a&b', '/?a&b'],
    ['http://shop/#top', 'http://shop/#top', '/'],
    ['http://[::1]:80/x', 'http://[::1]:80/x', '/x'],
    ['shop.lab/x', 'shop.lab/x', '/x'],
  ])('%s is shown as %s and asks for %s', (text, shown, target) => {
    const url = TargetUrl.parse(text)!;
    expect([url.toString(), url.requestTarget()]).toEqual([shown, target]);
  });

  test.each(['', '/path', 'gopher://shop', 'http://', 'http://a b/'])('%j is none', (text) => {
    expect(TargetUrl.parse(text)).toBeUndefined();
  });

  test.each([
    ['http://shop/a', '/b', 'http://shop/a/b'],
    ['http://shop/a/', '/b', 'http://shop/a/b'],
    ['http://shop/a/b', '/b', 'http://shop/a/b'],
    ['http://shop?x=1', '/b?y=2', 'http://shop/b?x=1&y=2'],
  ])('%s joined with %s is %s', (text, path, joined) => {
    const url = TargetUrl.parse(text)!;
    url.mergePath(path);
    expect(url.toString()).toBe(joined);
  });
});
