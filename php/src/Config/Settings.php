<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * A section of the configuration, read with checks: what is missing (or null, as an environment
 * variable that is not set) gets its default, what is wrong is an InvalidSetting that names the
 * key. Environment variables are strings, so "8080" is a number and "true" a boolean.
 */
final class Settings
{
    /** Seconds: no time of a server is meant to be longer. */
    public const DAY = 86_400;

    /**
     * @param  array<array-key, mixed>  $values
     * @param  array<string, string>  $names  keys that were set elsewhere, and how the user calls them
     */
    private function __construct(
        private readonly array $values,
        private readonly string $path,
        private readonly array $names = [],
    ) {}

    public static function of(mixed $values, string $path): self
    {
        return is_array($values)
            ? new self($values, $path)
            : throw InvalidSetting::mustBe($path, 'an array', $values);
    }

    /**
     * With another value for a key, which errors call $name.
     */
    public function with(string $key, mixed $value, string $name): self
    {
        return new self([...$this->values, $key => $value], $this->path, [...$this->names, $key => $name]);
    }

    /**
     * The key as the user wrote it.
     */
    public function name(string $key): string
    {
        return $this->names[$key] ?? "{$this->path}.{$key}";
    }

    /**
     * @return array<string, mixed>
     */
    public function all(): array
    {
        foreach ($this->values as $key => $value) {
            $all[(string) $key] = $value;
        }

        return $all ?? [];
    }

    public function value(string $key): mixed
    {
        return $this->values[$key] ?? null;
    }

    public function integer(string $key, int $default, int $min = 0, int $max = PHP_INT_MAX): int
    {
        return $this->optionalInteger($key, $min, $max) ?? $default;
    }

    public function optionalInteger(string $key, int $min = 0, int $max = PHP_INT_MAX): ?int
    {
        $value = $this->value($key);

        if ($value === null || $value === '') {
            return null;
        }

        $range = ['min_range' => $min, 'max_range' => $max];
        $number = is_bool($value) ? false : filter_var($value, FILTER_VALIDATE_INT, ['options' => $range]);

        if ($number === false) {
            $bounds = $max === PHP_INT_MAX ? "of at least {$min}" : "from {$min} to {$max}";

            throw InvalidSetting::mustBe($this->name($key), "a whole number {$bounds}", $value);
        }

        return $number;
    }

    public function seconds(string $key, float $default, float $min = 0.0): float
    {
        $value = $this->value($key);

        if ($value === null || $value === '') {
            return $default;
        }

        $number = is_bool($value) ? false : filter_var($value, FILTER_VALIDATE_FLOAT);

        if ($number === false || $number < $min || $number > self::DAY) {
            throw InvalidSetting::mustBe($this->name($key), "a number of seconds from {$min} to ".self::DAY, $value);
        }

        return $number;
    }

    public function boolean(string $key, bool $default): bool
    {
        $value = $this->value($key);

        if ($value === null) {
            return $default;
        }

        return filter_var($value, FILTER_VALIDATE_BOOLEAN, FILTER_NULL_ON_FAILURE)
            ?? throw InvalidSetting::mustBe($this->name($key), 'true or false', $value);
    }

    public function string(string $key, string $default): string
    {
        return $this->optionalString($key) ?? $default;
    }

    /**
     * An empty string counts as none.
     */
    public function optionalString(string $key): ?string
    {
        $value = $this->value($key);

        return match (true) {
            $value === null, $value === '' => null,
            is_string($value) => $value,
            default => throw InvalidSetting::mustBe($this->name($key), 'a string', $value),
        };
    }

    /**
     * A string that has to be there; a number is taken for its digits.
     */
    public function credential(string $key, string $hint): string
    {
        return $this->digitsOrString($key)
            ?? throw InvalidSetting::mustBe($this->name($key), 'a string that is not empty', $this->value($key), $hint);
    }

    /**
     * As credential(), but errors do not show the value.
     */
    public function secret(string $key, string $hint): string
    {
        return $this->digitsOrString($key)
            ?? throw InvalidSetting::secretMustBe($this->name($key), 'a string that is not empty', $this->value($key), $hint);
    }

    public function optionalSecret(string $key): ?string
    {
        return in_array($this->value($key), [null, ''], true) ? null : $this->secret($key, '');
    }

    /**
     * @param  list<string>  $default
     * @return list<string>
     */
    public function strings(string $key, array $default): array
    {
        $value = $this->value($key) ?? $default;

        if (! is_array($value)) {
            throw InvalidSetting::mustBe($this->name($key), 'a list of strings', $value);
        }

        foreach (array_values($value) as $index => $string) {
            if (! is_string($string)) {
                throw InvalidSetting::mustBe("{$this->name($key)}.{$index}", 'a string', $string);
            }

            $strings[] = $string;
        }

        return $strings ?? [];
    }

    /**
     * A list of strings, or one string with commas between them, as an environment variable has it.
     *
     * @return list<string>
     */
    public function separated(string $key): array
    {
        $value = $this->value($key);

        if (is_array($value)) {
            return $this->strings($key, []);
        }

        if ($value !== null && ! is_string($value)) {
            throw InvalidSetting::mustBe($this->name($key), 'a list of strings, or a string with commas between them', $value);
        }

        return array_values(array_filter(
            array_map(trim(...), explode(',', $value ?? '')), static fn (string $part): bool => $part !== ''
        ));
    }

    /**
     * Permission bits, as a number or in octal digits.
     */
    public function mode(string $key, int $default): int
    {
        $value = $this->value($key);

        if ($value === null || $value === '') {
            return $default;
        }

        $mode = is_string($value) && preg_match('/\A0?o?[0-7]{3}\z/', $value) === 1 ? octdec(ltrim($value, '0o')) : $value;

        if (! is_int($mode) || $mode < 0 || $mode > 0777) {
            throw InvalidSetting::mustBe($this->name($key), 'permission bits in octal, such as 0660', $value);
        }

        return $mode;
    }

    public function section(string $key): self
    {
        return self::of($this->value($key) ?? [], $this->name($key));
    }

    private function digitsOrString(string $key): ?string
    {
        $value = $this->value($key);

        return match (true) {
            is_int($value) => (string) $value,
            is_string($value) && $value !== '' => $value,
            default => null,
        };
    }
}
