<?php

declare(strict_types=1);

namespace Laravel\Reverb;

use Illuminate\Support\Collection;
use Illuminate\Support\Manager;

/**
 * Makes the application provider that `reverb.apps.provider` names; extend() adds others.
 */
class ApplicationManager extends Manager
{
    public function createConfigDriver(): ConfigApplicationProvider
    {
        $entries = $this->config->get('reverb.apps.apps');

        return new ConfigApplicationProvider(new Collection(is_array($entries) ? $entries : []));
    }

    public function getDefaultDriver(): string
    {
        $provider = $this->config->get('reverb.apps.provider');

        return is_string($provider) && $provider !== '' ? $provider : 'config';
    }
}
