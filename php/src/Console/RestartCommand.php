<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Illuminate\Console\Command;
use Reverb\Laravel\RestartSignal;
use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'reverb:restart')]
class RestartCommand extends Command
{
    /** @var string */
    protected $signature = 'reverb:restart';

    /** @var string */
    protected $description = 'Restart the Reverb server';

    public function handle(RestartSignal $signal): int
    {
        $signal->send();

        $this->components->info('Broadcasting Reverb restart signal.');

        return self::SUCCESS;
    }
}
