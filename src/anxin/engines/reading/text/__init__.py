"""What customers write in free text, Chinese and English: personal data masked, topics, sentiment, keywords, quotes.

See README.md for what it reaches on texts it has not seen, and for what it does not do. Pure: data in, result out.
"""

from anxin.engines.reading.text.analysis import Analysis, Comment, Likes, Share, TopicSummary, analyse, read
from anxin.engines.reading.text.errors import TextError
from anxin.engines.reading.text.keywords import Keyword, keywords, terms
from anxin.engines.reading.text.labels import Feeling, Sentiment, Topics
from anxin.engines.reading.text.language import Language, language_of
from anxin.engines.reading.text.likeness import Cluster, clusters, near_duplicates
from anxin.engines.reading.text.masking import Kind, Masked, Span, mask
from anxin.engines.reading.text.model import Model, Predictions
from anxin.engines.reading.text.quotes import Quote
from anxin.engines.reading.text.taxonomy import OTHER, Topic, taxonomy
from anxin.engines.reading.text.teaching import Correction

__all__ = [
    "OTHER",
    "Analysis",
    "Cluster",
    "Comment",
    "Correction",
    "Feeling",
    "Keyword",
    "Kind",
    "Language",
    "Likes",
    "Masked",
    "Model",
    "Predictions",
    "Quote",
    "Sentiment",
    "Share",
    "Span",
    "TextError",
    "Topic",
    "TopicSummary",
    "Topics",
    "analyse",
    "clusters",
    "keywords",
    "language_of",
    "mask",
    "near_duplicates",
    "read",
    "taxonomy",
    "terms",
]
