from anxin.engines.reading.forms.errors import FormError
from anxin.engines.reading.forms.layout import Box, Layout, PageLayout, Question, Writing
from anxin.engines.reading.forms.model import Digits, Heading, Item, Many, One, Option, PaperForm, Scale, Text
from anxin.engines.reading.forms.printing import Copy, Printed, print_form
