<?php

declare(strict_types=1);

namespace Reverb\Laravel\Pulse;

use Illuminate\Contracts\View\View;
use Illuminate\Support\Facades\View as ViewFactory;
use Illuminate\Support\Str;
use Laravel\Pulse\Livewire\Card;
use Livewire\Livewire;

/**
 * A card of Pulse's dashboard with a chart for each application.
 *
 * @phpstan-type Line array{label: string, color: string, data: list<int|float|null>}
 * @phpstan-type Chart array{labels: list<string>, lines: list<Line>}
 */
abstract class ChartCard extends Card
{
    public function render(): View
    {
        /** @var array<string, Chart> $charts */
        [$charts, $time, $runAt] = $this->remember(fn (): array => $this->charts());

        if (Livewire::isLivewireRequest()) {
            $this->dispatch($this->update(), charts: $charts);
        }

        return ViewFactory::make('reverb::livewire.chart-card', [
            'title' => $this->title(),
            'highest' => $this->highest(...),
            'update' => $this->update(),
            'charts' => $charts,
            'legend' => $charts === [] ? [] : $charts[array_key_first($charts)]['lines'],
            'time' => $time,
            'runAt' => $runAt,
        ]);
    }

    abstract protected function title(): string;

    /**
     * By application.
     *
     * @return array<string, Chart>
     */
    abstract protected function charts(): array;

    /**
     * @param  Chart  $chart
     */
    protected function highest(array $chart): float
    {
        return (float) max([0, ...array_merge(...array_column($chart['lines'], 'data'))]);
    }

    /**
     * The browser event with which open charts get their new figures.
     */
    private function update(): string
    {
        return Str::slug($this->title()).'-update';
    }
}
