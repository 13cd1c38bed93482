<?php

declare(strict_types=1);

namespace Laravel\Pulse\Livewire;

use Carbon\CarbonInterval;
use Illuminate\Container\Container;
use Illuminate\Support\Carbon;
use Illuminate\Support\Collection;
use Laravel\Pulse\Pulse;
use Livewire\Component;

/**
 * A card of the dashboard.
 */
abstract class Card extends Component
{
    public int|string|null $cols = null;

    public int|string|null $rows = null;

    public bool $expand = false;

    public string $class = '';

    public ?string $period = '1_hour';

    public function periodAsInterval(): CarbonInterval
    {
        return CarbonInterval::hours(['6_hours' => 6, '24_hours' => 24, '7_days' => 168][$this->period] ?? 1);
    }

    public function periodForHumans(): string
    {
        return str_replace('_', ' ', $this->period ?? '1_hour');
    }

    /**
     * @return array{mixed, float, string} what the query gave, and how long it took when
     */
    public function remember(callable $query): array
    {
        return [$query($this->periodAsInterval()), 0.0, Carbon::now()->toDateTimeString()];
    }

    /**
     * @param  list<string>  $types
     * @return Collection<string, Collection<string, Collection<string, int|null>>>
     */
    protected function graph(array $types, string $aggregate): Collection
    {
        return Container::getInstance()->make(Pulse::class)->graph($types, $aggregate, $this->periodAsInterval());
    }
}
