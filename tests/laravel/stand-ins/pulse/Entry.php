<?php

declare(strict_types=1);

namespace Laravel\Pulse;

/**
 * A recorded value, and how it is to be aggregated.
 */
class Entry
{
    /** @var list<'avg'|'max'|'sum'> */
    public array $aggregates = [];

    public function __construct(
        public int $timestamp,
        public string $type,
        public string $key,
        public ?int $value = null,
    ) {}

    public function avg(): static
    {
        return $this->add('avg');
    }

    public function max(): static
    {
        return $this->add('max');
    }

    public function sum(): static
    {
        return $this->add('sum');
    }

    public function onlyBuckets(): static
    {
        return $this;
    }

    /**
     * @param  'avg'|'max'|'sum'  $aggregate
     */
    private function add(string $aggregate): static
    {
        $this->aggregates[] = $aggregate;

        return $this;
    }
}
