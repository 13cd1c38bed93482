<?php

declare(strict_types=1);

namespace Reverb\Bench;

use InvalidArgumentException;

/**
 * `--name=value` options of a script of the benchmarks, or what a request has in their place.
 */
final class Options
{
    /** @var array<string, string> */
    private readonly array $values;

    /**
     * @param  list<string>  $needed
     * @param  list<string>  $others
     */
    public function __construct(array $needed, array $others = [])
    {
        $given = PHP_SAPI === 'cli'
            ? getopt('', array_map(static fn (string $name): string => "{$name}:", [...$needed, ...$others]))
            : $_GET;
        $this->values = array_filter($given ?: [], is_string(...));

        foreach (array_diff($needed, array_keys($this->values)) as $name) {
            throw new InvalidArgumentException("--{$name} is needed");
        }
    }

    public function text(string $name, string $fallback = ''): string
    {
        return $this->values[$name] ?? $fallback;
    }

    public function number(string $name, int $fallback = 0): int
    {
        return (int) ($this->values[$name] ?? $fallback);
    }
}
